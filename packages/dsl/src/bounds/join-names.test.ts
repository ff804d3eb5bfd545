import { expect } from "chai";
import fc from "fast-check";
import { compileRule } from "../compile-rule.js";
import type { Predicate, Rule } from "../rule.js";
import { anyTrace } from "../testing/arbitrary-trace.js";
import { evaluateTraceql } from "../testing/traceql-evaluate.js";
import { parseTraceql } from "../testing/traceql-syntax.js";
import { combineForScan } from "./combine-for-scan.js";

function hasName(name: string): Predicate {
  return {
    kind: "test",
    test: { kind: "compare", field: { kind: "name" }, operator: "==", value: { kind: "string", value: name } },
  };
}

const matchesName = (pattern: string): Predicate => ({
  kind: "test",
  test: { kind: "matches", field: { kind: "name" }, pattern },
});

const FAILED: Predicate = {
  kind: "test",
  test: { kind: "compare", field: { kind: "status" }, operator: "==", value: { kind: "string", value: "error" } },
};

const has = (predicate: Predicate): Rule => ({
  annotations: [],
  body: { kind: "expression", violation: { kind: "has", predicate } },
});

const filterFor = (...predicates: readonly Predicate[]) =>
  combineForScan(predicates.map((predicate) => compileRule(has(predicate)))).witnessFilter ?? "";

describe("the names that several rules ask for", () => {
  it("find, as one pattern, the spans that they find one by one, whatever characters they have", () => {
    const anyName = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom("a.b", "a|b", "(?s)", ".*", "^a$", "[a]"));
    fc.assert(
      fc.property(fc.uniqueArray(anyName, { minLength: 5, maxLength: 12 }), anyTrace, (others, { trace, typed }) => {
        // Half of the trace's own names, so that the pattern has something to find and something to leave.
        const own = [...new Set(trace.spans.map(({ name }) => name))].filter((_, at) => at % 2 === 0);
        const predicates = [...[...others, ...own].map(hasName), matchesName("(?i)^A.b$"), matchesName("b|c$")];
        const joined = parseTraceql(filterFor(...predicates, FAILED));
        const apart = [...predicates, FAILED].map((predicate) => parseTraceql(filterFor(predicate)));
        for (const span of typed) {
          const expected = apart.some((filter) => evaluateTraceql(filter, span, "3.0"));
          expect(evaluateTraceql(joined, span, "3.0")).to.equal(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("stay as they are where the pattern would be longer than a filter may be", () => {
    const dots = [".".repeat(12_000), `${".".repeat(12_000)}a`].map(hasName);
    expect(filterFor(...dots)).to.match(/^name = "\.+" \|\| name = "\.+a"$/);
  });

  it("are one pattern, with the patterns that others ask for; not beside an attribute of that key", () => {
    const four = ["a", "b.c", "d", "e"].map(hasName);
    expect(filterFor(...four, FAILED)).to.equal('name =~ "a|b\\\\.c|d|e" || status = error');
    expect(filterFor(...four.slice(2))).to.equal('name =~ "d|e"');
    expect(filterFor(hasName("a"), FAILED)).to.equal('name = "a" || status = error');
    expect(filterFor(hasName("a"), matchesName("b|c"))).to.equal('name =~ "a|(?:(?s).*(?:b|c).*)"');
    const key: Predicate = { kind: "exists", field: { kind: "attribute", key: "name" } };
    expect(filterFor(...four, key))
      .to.contain('name = "b.c"')
      .and.to.contain('span."name" != nil');
  });
});

describe("a filter of several rules", () => {
  it("does not say again, narrower, what it says already", () => {
    const narrower: Predicate = { kind: "and", operands: [hasName("a"), FAILED] };
    expect(filterFor(narrower, hasName("a"))).to.equal('name = "a"');
    expect(filterFor(narrower, FAILED)).to.equal("status = error");
    expect(filterFor({ kind: "and", operands: [{ kind: "or", operands: [hasName("a"), FAILED] }, FAILED] })).to.equal(
      "status = error",
    );
    expect(filterFor(narrower, hasName("b"))).to.equal('(name = "a" && status = error) || name = "b"');
  });
});
