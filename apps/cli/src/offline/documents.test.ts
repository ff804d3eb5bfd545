import { expect } from "chai";
import fc from "fast-check";
import { DocumentCutter, DocumentError } from "./documents.js";

/** What is cut out of these pieces: `line:column text`, at last what is wrong. */
function cut(...pieces: readonly (string | Uint8Array)[]): string[] {
  const cutter = new DocumentCutter();
  const found: string[] = [];
  try {
    for (const piece of pieces) {
      for (const { line, column, bytes } of cutter.push(Buffer.from(piece as string))) {
        found.push(`${line}:${column} ${bytes}`);
      }
    }
    cutter.end();
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    found.push(`${error.line}:${error.column} ${error.message}`);
  }
  return found;
}

describe("cutting a stream into JSON documents", () => {
  const cases: [what: string, text: string, found: string[]][] = [
    ["a document a line", '{"a":1}\n{"b":2}\r\n\n{}\n', ['1:1 {"a":1}', '2:1 {"b":2}', "4:1 {}"]],
    ["documents over many lines", '{\n "a": [\n1]}\n{\n}', ['1:1 {\n "a": [\n1]}', "4:1 {\n}"]],
    ["documents without a break between", '{"a":1}{"b":[{}]} {}', ['1:1 {"a":1}', '1:8 {"b":[{}]}', "1:19 {}"]],
    [
      "a list of documents",
      '[{"a":1}\n,\n  {"b":2}, [{}]]',
      ['1:1 {"a":1}'.replace("1:1", "1:2"), '3:3 {"b":2}', "3:12 [{}]"],
    ],
    ["lists one after the other", "[]\n[{}]\n[ ]{}", ["2:2 {}", "3:4 {}"]],
    ["brackets and quotes in strings", '{"a":"}]\\"{","\\\\":1}{}', ['1:1 {"a":"}]\\"{","\\\\":1}', "1:21 {}"]],
    ["byte order marks and record separators", "\uFEFF{}\n\uFEFF{}\n\u001e{}\n", ["1:4 {}", "2:4 {}", "3:2 {}"]],
    ["zeros that fill up a log", "\0\0{}\n\0\0\0\n\0{}\0", ["1:3 {}", "3:2 {}"]],
    ["nothing", " \n\t\r\n", []],
    [
      "a document that is cut off",
      '{}\n{"a":[\n',
      ["1:1 {}", "2:1 the document that begins here has no end: is the file cut off?"],
    ],
    ["a list that is cut off", "\n[{},", ["2:2 {}", "2:1 the list that begins here has no end: is the file cut off?"]],
    [
      "a line that is cut off in a string",
      '{"a":"b\n{}',
      ['1:8 expected the end of a string before the line\'s end, found "\\n{}"'],
    ],
    ["a bracket that closes another", '{"a":[}\n', ['1:7 expected another bracket, found "}\\n"']],
    ["text that is no JSON", "{}\n<html>", ["1:1 {}", '2:1 expected a JSON object, found "<html>"']],
    [
      "a log's own words before the JSON",
      '2026-01-11T14:00:00Z {"a":1}\n',
      [
        '1:1 expected a JSON object, found "2026-01-11T14:00:00Z {\\"a\\":1}\\n"; if a log\'s own words stand before the JSON, take it out: sed \'s/^[^{]*//\' FILE | betrace replay --rule-file RULES --traces -',
      ],
    ],
    [
      "JSON within strings of a list",
      '["{}"]',
      [
        '1:2 expected a JSON object, found "\\"{}\\"]"; this is JSON within a string; take it out: jq -r \'.[]\' FILE | betrace replay --rule-file RULES --traces -',
      ],
    ],
    ["a comma too many", "[{},]", ["1:2 {}", '1:5 expected a JSON object, found "]"']],
    ["a comma too few", "[{}\n{}]", ["1:2 {}", '2:1 expected a comma or the list\'s end, found "{}]"']],
    ["a comma without a list", "{},{}", ["1:1 {}", '1:3 expected a JSON object, found ",{}"']],
  ];
  for (const [what, text, found] of cases) {
    it(what, () => {
      expect(cut(text)).to.deep.equal(found);
      expect(
        cut(...[...Buffer.from(text)].map((byte) => Buffer.of(byte))).filter((one) => !one.includes("expected")),
      ).to.deep.equal(found.filter((one) => !one.includes("expected")));
    });
  }

  it("finds the same whatever the pieces, and all that was written", () => {
    const gap = fc.constantFrom("", " ", "\n", "\r\n", "\n\t");
    const documents = fc.array(
      fc.tuple(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), fc.boolean(), gap),
    );
    fc.assert(
      fc.property(documents, fc.array(fc.nat(400)), (all, cuts) => {
        const text = all.map(([value, pretty, gap]) => JSON.stringify(value, undefined, pretty ? 2 : 0) + gap).join("");
        const bytes = Buffer.from(text);
        const places = [...new Set([0, ...cuts.filter((at) => at < bytes.length), bytes.length])].sort((a, b) => a - b);
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        const found = cut(...pieces);
        expect(found).to.deep.equal(cut(bytes));
        expect(found.map((one) => JSON.parse(one.slice(one.indexOf(" ") + 1)))).to.deep.equal(
          all.map(([value]) => JSON.parse(JSON.stringify(value))),
        );
      }),
    );
  });
});
