import { expect } from "chai";
import fc from "fast-check";
import { jsonFaults } from "./json-faults.js";
import { numberFault } from "./json-number.js";

const faultsOf = (text: string) => jsonFaults(text, (token, field) => numberFault(token, field === "annotations"));
/** The only fault of a text that is no JSON. */
const locate = (text: string) => {
  const [fault] = faultsOf(text);
  if (fault?.code !== "invalid_json") throw new Error(`${text.slice(0, 100)} is JSON`);
  return fault;
};

describe("the place where a body stops being JSON", () => {
  for (const [text, position, message] of [
    ['{"a":1,}', 7, "a name in double quotes"],
    ['{"a" 1}', 5, "a colon"],
    ["{'a':1}", 1, "a name in double quotes"],
    ['{"a":1', 6, "a comma or }"],
    ["[1 2]", 3, "a comma or ]"],
    ['{"a":"x\ny"}', 5, "a JSON value"],
    ["{}x", 2, "the end of the body"],
    ["hello", 0, "a JSON value"],
    ["[tru]", 1, "a JSON value"],
  ] as const) {
    it(`is ${position} in ${JSON.stringify(text)}`, () => {
      const error = locate(text);
      expect(error.position).to.equal(position);
      expect(error.message).to.include(message);
    });
  }

  it("counts lines and columns from 1", () => {
    expect(locate('{\n  "a": x\n}')).to.include({ line: 2, column: 8 });
  });

  it("is found in a megabyte of anything, and there is none in whatever JSON.parse takes", () => {
    fc.assert(fc.property(fc.json(), (text) => faultsOf(text).every(({ code }) => code !== "invalid_json")));
    for (const text of ["[".repeat(1_000_000), `"${"a".repeat(1_000_000)}`, `"${"\\n".repeat(500_000)}`]) {
      expect(locate(text).position).to.be.at.most(text.length);
    }
    const deep = `${"[".repeat(300_000)}${"1,".repeat(200_000)}`;
    expect(locate(deep).position).to.equal(deep.length);
  });

  it("is where JSON.parse stops, for any text that is nearly JSON", () => {
    const nearly = fc.tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", "]", '"', ":", "1", " ", "x"));
    fc.assert(
      fc.property(nearly, ([json, at, more]) => {
        const text = json.slice(0, at % (json.length + 1)) + more;
        const broken = faultsOf(text).some(({ code }) => code === "invalid_json");
        try {
          JSON.parse(text);
          return !broken;
        } catch {
          return broken;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("what JSON.parse would lose in silence", () => {
  const lost: readonly (readonly [text: string, path: string, message: string])[] = [
    ['{"severity":"low","severity":"high"}', "severity", "stands twice"],
    ['{"a":[{"b":1},{"b":1,"\\u0062":2}]}', "a.1.b", "stands twice"],
    ['{"__proto__":1,"__proto__":2}', "__proto__", "stands twice"],
    ['{"limit":1e400}', "limit", "the number 1e400 is too large"],
    ['{"limit":12345678901234567890}', "limit", "it would be read as 12345678901234567000"],
    ['{"limit":9007199254740993}', "limit", "it would be read as 9007199254740992"],
    ['{"limit":1e-400}', "limit", "it would be read as 0"],
    ['{"a":[0.12345678901234567890]}', "a.0", "has more digits than can be kept"],
    ['{"annotations":{"v":3.10}}', "annotations.v", 'would be kept as 3.1; write it in quotes, "3.10"'],
    ['{"annotations":{"v":[1,1e3]}}', "annotations.v.1", 'would be kept as 1000; write it in quotes, "1e3"'],
    ['{"name":"a\\ud83d"}', "name", "half of a character"],
    ['{"\\udc00":1}', "\udc00", "half of a character"],
  ];
  for (const [text, path, message] of lost) {
    it(`is found in ${text}`, () => {
      const [fault, ...others] = faultsOf(text);
      expect(others).to.deep.equal([]);
      expect(fault).to.include({ path });
      expect(fault?.message).to.include(message);
    });
  }

  it("is nothing where the value stays", () => {
    for (const text of [
      '{"a":3600.0,"b":1e3,"c":-0,"d":0.1,"e":9007199254740992,"f":1.7976931348623157e308,"g":5e-324}',
      '{"annotations":{"v":3.1,"w":-12,"x":"3.10"},"a":{"annotations":1}}',
      '{"a":{"b":1},"b":[{"a":1},{"a":1}],"A":2}',
      '{"name":"\\ud83d\\ude00 \u{1f600}"}',
    ]) {
      expect(faultsOf(text), text).to.deep.equal([]);
    }
  });

  it("is no number that JSON.stringify wrote", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify({ value }));
    fc.assert(fc.property(number, (text) => faultsOf(text).length === 0));
  });
});
