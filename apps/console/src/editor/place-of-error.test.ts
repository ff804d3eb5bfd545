import { expect } from "chai";
import { placeOfError } from "./place-of-error.js";

describe("the place of an error", () => {
  it("is counted from line and column", () => {
    expect(placeOfError("abc\ndefg", { line: 2, column: 2, length: 2 })).to.deep.equal({ from: 5, to: 7 });
  });
  it("at the end of the text underlines its last character", () => {
    expect(placeOfError("abc", { line: 1, column: 4, length: 1 })).to.deep.equal({ from: 2, to: 3 });
  });
  it("never lies outside a text that has become shorter since", () => {
    expect(placeOfError("ab", { line: 7, column: 90, length: 5 })).to.deep.equal({ from: 1, to: 2 });
    expect(placeOfError("", { line: 1, column: 1 })).to.deep.equal({ from: 0, to: 0 });
  });
});
