import { expect } from "chai";
import fc from "fast-check";
import { parseRule } from "./parse-rule.js";
import { printRule } from "./print.js";
import { anyRule } from "./testing/arbitrary-rule.js";

describe("printing a rule", () => {
  it("gives a text that reads back as the same rule, whatever the rule", () => {
    fc.assert(
      fc.property(anyRule, (rule) => {
        expect(parseRule(printRule(rule)), printRule(rule)).to.deep.equal({ ok: true, rule });
      }),
      { numRuns: 600 },
    );
  });
});
