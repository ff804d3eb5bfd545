import { expect } from "chai";
import fc from "fast-check";
import { locateJsonError } from "./json-error.js";

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
      const error = locateJsonError(text);
      expect(error.position).to.equal(position);
      expect(error.message).to.include(message);
    });
  }

  it("counts lines and columns from 1", () => {
    expect(locateJsonError('{\n  "a": x\n}')).to.include({ line: 2, column: 8 });
  });

  it("is the end for whatever JSON.parse takes, and is found in a megabyte of anything", () => {
    fc.assert(fc.property(fc.json(), (text) => locateJsonError(text).position === text.length));
    for (const text of ["[".repeat(1_000_000), `"${"a".repeat(1_000_000)}`, `"${"\\n".repeat(500_000)}`]) {
      expect(locateJsonError(text).position).to.be.at.most(text.length);
    }
  });
});
