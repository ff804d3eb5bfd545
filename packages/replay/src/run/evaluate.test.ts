import type { Trace } from "@betrace/contracts";
import type { CompiledRule } from "@betrace/dsl";
import { expect } from "chai";
import { compileText } from "../rules/compile.js";
import { aTrace } from "../testing/traces.js";
import { createDecider, readyRules } from "./evaluate.js";

const ready = (rules: readonly string[], compile = compileText) =>
  readyRules(
    rules.map((dsl, at) => ({
      ruleId: `r${at}`,
      ruleVersion: 1,
      name: `R${at}`,
      dsl,
      severity: "low" as const,
      annotations: {},
    })),
    compile,
  );

/** More rules than are asked without an index. */
const RULES = [
  'trace.has(span.name == "db.query")',
  'not trace.has(span.name == "audit.log")',
  'trace.has(span.name == "retry")',
  'trace.has(span.name starts_with "db.") and not trace.has(span.name == "cache.get")',
  'when { trace.has(span.name == "db.query") } always { trace.has(span.name == "authz.check") }',
  'count(span.name == "db.query") > 1',
  "trace.span_count > 0",
  'trace.has(span.attributes["pii"] == true)',
];

const traceOf = (...names: string[]): Trace => aTrace({ id: 1, atNs: 0n, names });

const BROKEN = "a rule that breaks";

describe("deciding a trace for many rules", () => {
  it("finds what each rule finds by itself, in the order of the rules", () => {
    const rules = ready(RULES);
    const decide = createDecider(rules);
    const nothing: Trace = { traceId: "b".repeat(32), spans: [], complete: false };
    const traces = [
      traceOf("db.query", "audit.log"),
      traceOf("retry"),
      traceOf("db.query", "db.query", "authz.check", "cache.get"),
      nothing,
    ];
    for (const trace of traces) {
      const alone = rules.flatMap((rule) => {
        const verdict = rule.compiled.evaluate(trace);
        return verdict.violated ? [{ rule, traceId: trace.traceId, verdict }] : [];
      });
      expect(decide(trace)).to.deep.equal({ findings: alone, error: undefined });
    }
    expect(decide(traces[0] as Trace).findings.map(({ rule }) => rule.index)).to.deep.equal([0, 3, 4, 6]);
    expect(decide(nothing).findings.map(({ rule }) => rule.index)).to.deep.equal([1]);
  });

  it("goes on with the other rules where one breaks, and tells of it", () => {
    const compile = (dsl: string): CompiledRule => {
      if (dsl !== BROKEN) return compileText(dsl);
      return {
        ...compileText('not trace.has(span.name == "x")'),
        evaluate: ({ spans }) => {
          if (spans.length > 0) throw new Error("broken");
          return { violated: false };
        },
      };
    };
    const decide = createDecider(ready([BROKEN, ...RULES], compile));
    const { findings, error } = decide(traceOf("db.query", "audit.log"));
    expect(error?.message).to.equal("broken");
    expect(findings.map(({ rule }) => rule.index)).to.deep.equal([1, 4, 5, 7]);
  });

  it("tells of a trace that cannot even be looked at, and is ready for the next", () => {
    const spans: readonly never[] = new Proxy([], {
      get(_target, name) {
        if (name === "length") return 1;
        throw new RangeError("unreadable");
      },
    });
    const decide = createDecider(ready(RULES));
    const { findings, error } = decide({ traceId: "c".repeat(32), spans, complete: false });
    expect(error?.message).to.equal("unreadable");
    expect(findings).to.deep.equal([]);
    expect(decide(traceOf("db.query", "audit.log")).findings.map(({ rule }) => rule.index)).to.deep.equal([0, 3, 4, 6]);
  });
});
