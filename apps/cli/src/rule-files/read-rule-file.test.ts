import { expect } from "chai";
import { readRuleFile } from "./read-rule-file.js";
import { placeOf, showProblem } from "./rule-problem.js";

/** Where `span.nam` is said to be wrong, and the text at that place of the file. */
function foundAt(yaml: string): readonly [place: string, text: string][] {
  return readRuleFile("r.yaml", yaml).problems.map(({ line, column, length }) => {
    const source = yaml.split("\n")[line - 1] ?? "";
    return [`${line}:${column}`, source.slice(column - 1, column - 1 + length)];
  });
}

describe("an error in a rule's text", () => {
  const cases: [style: string, yaml: string, place: string][] = [
    ["a plain scalar", 'id: a\nname: A\ndsl: trace.has(span.nam == "x")\n', "3:16"],
    ["single quotes", "id: a\nname: A\ndsl: 'not trace.has(span.nam == \"x\")'\n", "3:21"],
    [
      "single quotes with an apostrophe before",
      "id: a\nname: A\ndsl: 'trace.has(span.name == \"it''s\" and span.nam == \"x\")'\n",
      "3:42",
    ],
    [
      "double quotes with escapes before",
      'id: a\nname: A\ndsl: "trace.has(span.name == \\"\\u0041\\" and span.nam == 1)"\n',
      "3:45",
    ],
    [
      "double quotes over two lines",
      'id: a\nname: A\ndsl: "trace.has(span.name == \\"a\\"\n  and span.nam == 1)"\n',
      "4:7",
    ],
    [
      "a literal block",
      'id: a\nname: A\ndsl: |\n  trace.has(span.name == "x")\n    and trace.has(span.nam == "y")\n',
      "5:19",
    ],
    [
      "a folded block",
      'id: a\nname: A\ndsl: >-\n  trace.has(span.name == "x")\n  and trace.has(span.nam == "y")\n',
      "5:17",
    ],
    [
      "a literal block with its own indentation and a comment",
      'dsl: |2\n    trace.has(span.nam == "y")\nid: a\nname: A\n',
      "2:15",
    ],
    ["a list of rules", "- id: a\n  name: A\n  dsl: trace.has(span.nam == 1)\n", "3:18"],
    [
      "a second document",
      'id: a\nname: A\ndsl: trace.has(span.name == "x")\n---\nid: b\nname: B\ndsl: trace.has(span.nam == 1)\n',
      "7:16",
    ],
    [
      "a line with CRLF",
      'id: a\r\nname: A\r\ndsl: |\r\n  trace.has(span.name == "x")\r\n  and trace.has(span.nam == 1)\r\n',
      "5:17",
    ],
    ["JSON", '{ "id": "a", "name": "A", "dsl": "trace.has(span.nam == \\"x\\")" }', "1:45"],
  ];
  for (const [style, yaml, place] of cases) {
    it(`stands at its place in ${style}`, () => {
      expect(foundAt(yaml)).to.deep.equal([[place, "span.nam"]]);
    });
  }

  it("is shown with the line, a caret under the place and the fix", () => {
    const text = '\ttrace.has(span.nam == "x")';
    const [problem] = readRuleFile("rules/slow.betrace", text).problems;
    if (problem === undefined) throw new Error("there is a problem");
    expect(showProblem(problem, text, (_style, plain) => plain).split("\n")).to.deep.equal([
      "rules/slow.betrace:1:12: error: there is no field span.nam",
      '1 | \ttrace.has(span.nam == "x")',
      "    \t          ^^^^^^^^",
      "    did you mean span.name?",
    ]);
  });
});

describe("a rule file", () => {
  it("gives rules as the API takes them, and an id from its name where it holds one", () => {
    const one = readRuleFile("rules/Slow DB.yml", 'severity: high\ndsl: trace.has(span.name == "x")\n');
    expect(one.problems).to.deep.equal([]);
    expect(one.rules[0]?.rule).to.deep.equal({
      id: "Slow-DB",
      name: "Slow-DB",
      severity: "high",
      dsl: 'trace.has(span.name == "x")',
    });
    const plain = readRuleFile("slow.betrace", 'trace.has(span.name == "x")\n');
    expect(plain.rules[0]?.rule.id).to.equal("slow");
  });

  it("names every field that is unknown, missing or wrong, where it stands", () => {
    const yaml =
      'id: a\nname: A\nsevrity: high\nseverity: huge\ndsl: trace.has(span.name == "x")\n---\nid: b\nname: B\n';
    const said = readRuleFile("r.yaml", yaml).problems.map(
      ({ line, column, message }) => `${line}:${column} ${message}`,
    );
    expect(said).to.deep.equal([
      "3:1 unknown field sevrity; known: id, name, description, dsl, severity, enabled, annotations",
      '4:11 severity: expected one of info, low, warning, medium, error, high, critical, found "huge"',
      "7:1 a rule needs dsl",
    ]);
  });

  it("takes a severity in any letter case, and guesses at one that it does not know", () => {
    const withSeverity = (word: string) =>
      readRuleFile("r.yaml", `severity: ${word}\ndsl: trace.has(span.name == "x")\n`);
    expect(withSeverity("Warning").rules[0]?.rule.severity).to.equal("warning");
    expect(withSeverity("WARN").problems.map(({ hint }) => hint)).to.deep.equal(["did you mean warning?"]);
  });

  it("that is no YAML, or holds nothing, has an error", () => {
    expect(readRuleFile("r.yaml", "name: [1\n").problems).to.have.length.greaterThan(0);
    expect(readRuleFile("r.yaml", "").problems.map(({ message }) => message)).to.deep.equal([
      "expected a rule, found nothing",
    ]);
    expect(readRuleFile("r.yaml", "- 5\n").problems[0]?.message).to.include("expected a rule");
  });

  it("place: an offset is a line and a column", () => {
    expect(placeOf("ab\ncd", 4)).to.deep.equal({ line: 2, column: 2 });
    expect(placeOf("ab", 0)).to.deep.equal({ line: 1, column: 1 });
  });
});
