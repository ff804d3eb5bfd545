import { expect } from "chai";
import { isAlternation } from "./own-spans.js";

describe("whether a filter is an alternation", () => {
  for (const [filter, is] of [
    ['name = "a" || name = "b"', true],
    ['(name = "a" && duration > 1s) || name = "b"', true],
    ['name = "a" && (name = "b" || name = "c")', false],
    ['name = "a || b"', false],
    ['name = "a\\" || b" && kind = server', false],
    ['name = "a\\\\" || kind = server', true],
    ['span."x || y" = 1', false],
    ["duration > 1s", false],
  ] as const) {
    it(`${filter}: ${is ? "yes" : "no"}`, () => {
      expect(isAlternation(filter)).to.equal(is);
    });
  }
});
