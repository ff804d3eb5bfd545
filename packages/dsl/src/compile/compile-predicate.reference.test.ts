import { expect } from "chai";
import fc from "fast-check";
import { anyPredicate } from "../testing/arbitrary-rule.js";
import { anySpan } from "../testing/arbitrary-span.js";
import { referenceHolds } from "../testing/reference-predicate.js";
import { toSpan } from "../testing/typed-span.js";
import { compilePredicate } from "./compile-predicate.js";

describe("a compiled predicate", () => {
  it("says of any span what the language's definition, written a second time, says", () => {
    fc.assert(
      fc.property(anyPredicate, fc.array(anySpan, { minLength: 3, maxLength: 3 }), (predicate, spans) => {
        const test = compilePredicate(predicate);
        for (const span of spans.map(toSpan)) expect(test(span)).to.equal(referenceHolds(predicate, span));
      }),
      { numRuns: 3_000 },
    );
  });
});
