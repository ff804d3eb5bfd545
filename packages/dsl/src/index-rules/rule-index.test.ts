import { countedSpans, type Span, type Trace } from "@betrace/contracts";
import { expect } from "chai";
import fc from "fast-check";
import { factsOf, TraceView } from "../compile/trace-view.js";
import { compileRule } from "../compile-rule.js";
import type { CompiledRule } from "../compiled-rule.js";
import { parseRule } from "../parse-rule.js";
import { anyRule } from "../testing/arbitrary-rule.js";
import { anyTrace } from "../testing/arbitrary-trace.js";
import { createRuleIndex } from "./rule-index.js";

function compile(text: string): CompiledRule {
  const parsed = parseRule(text);
  if (!parsed.ok) expect.fail(JSON.stringify(parsed.errors));
  return compileRule(parsed.rule);
}

/** Every violation, by asking every rule on its own. */
const askAll = (rules: readonly CompiledRule[], trace: Trace) =>
  rules.flatMap((rule, place) => {
    const verdict = rule.evaluate(trace);
    return verdict.violated ? [{ place, annotations: rule.annotations, verdict }] : [];
  });

function askIndexed(rules: readonly CompiledRule[], places: readonly number[], view: TraceView, trace: Trace) {
  return places.flatMap((place) => {
    const rule = rules[place];
    const verdict = rule?.evaluate(trace, view);
    return verdict?.violated ? [{ place, annotations: rule?.annotations, verdict }] : [];
  });
}

function span(of: Partial<Span> & { readonly has?: readonly string[] }): Span {
  return {
    spanId: "1".padStart(16, "0"),
    parentSpanId: "",
    name: "",
    service: undefined,
    kind: "internal",
    status: "unset",
    statusMessage: "",
    startNs: 0n,
    durationNs: 0n,
    attributes: new Map((of.has ?? []).map((key) => [key, "v"])),
    resource: new Map(),
    ...of,
  };
}

/** The rules of the list that a trace of these spans can violate; rules that nothing concerns fill the index up. */
function possible(texts: readonly string[], spans: readonly Span[]): readonly string[] {
  const strangers = Array.from({ length: 6 }, (_, at) => `trace.has(span.name == "stranger ${at}")`);
  const index = createRuleIndex([...texts, ...strangers].map(compile));
  const view = new TraceView({ traceId: "0".repeat(32), spans, complete: true });
  return index.possible(view).flatMap((place) => texts[place] ?? []);
}

describe("an index over rules", () => {
  it("leaves out only rules that find nothing: what is found is the same, to the last witness", () => {
    let asked = 0;
    let all = 0;
    const traces = fc.array(fc.tuple(anyTrace, fc.constantFrom("whole", "projected", "without facts")), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.array(anyRule, { minLength: 6, maxLength: 12 }), traces, (drawn, several) => {
        const rules = drawn.map(compileRule);
        const index = createRuleIndex(rules);
        for (const [{ trace: whole }, form] of several) {
          const facts = factsOf(countedSpans(whole.spans));
          const partial = { ...whole, spans: whole.spans.slice(1), complete: false };
          const trace = form === "whole" ? whole : form === "projected" && facts ? { ...partial, facts } : partial;
          const view = new TraceView(trace);
          const places = index.possible(view);
          expect(askIndexed(rules, places, view, trace)).to.deep.equal(askAll(rules, trace));
          asked += places.length;
          all += rules.length;
        }
      }),
      { numRuns: 300 },
    );
    expect(asked / all, "the share of rules that had to be asked").to.be.within(0.1, 0.9);
  });

  const DB = 'trace.has(span.name == "db.query" and span.duration > 1s) and not trace.has(span.name == "retry")';

  it("asks a rule where the name, service or key that it needs is there", () => {
    const rules = [
      DB,
      'trace.has(span.service == "payment" and span.duration > 1s)',
      'trace.has(span.attributes["pii"] == true) and not trace.has(span.name == "audit.log")',
      'trace.has(span.resource["region"] == "eu") or count(span.name == "retry") > 3',
      'trace.has(span.name matches "^db\\\\.") and not trace.has(span.name == "cache.get")',
      'when { trace.has(span.name in ["order.place", "order.cancel"]) } always { trace.has(span.name == "fraud.check") }',
    ];
    const [db, service, key, either, pattern, when] = rules;
    expect(possible(rules, [span({ name: "db.query" })])).to.deep.equal([db, pattern]);
    expect(possible(rules, [span({ service: "payment" })])).to.deep.equal([service]);
    expect(possible(rules, [span({ has: ["pii"] })])).to.deep.equal([key]);
    expect(possible(rules, [span({ name: "retry" })])).to.deep.equal([either]);
    expect(possible(rules, [span({ resource: new Map([["region", "us"]]) })])).to.deep.equal([either]);
    expect(possible(rules, [span({ name: "order.cancel" })])).to.deep.equal([when]);
    expect(possible(rules, [span({ name: "audit.log" })])).to.deep.equal([]);
  });

  it("asks a rule that needs several things only where all are there, on whatever spans", () => {
    const rule = 'trace.has_after(span.status == "error", span.name == "order.place")';
    expect(possible([rule], [span({ status: "error" })])).to.deep.equal([]);
    expect(
      possible([rule], [span({ status: "error" }), span({ spanId: "2".padStart(16, "0"), name: "order.place" })]),
    ).to.deep.equal([rule]);
  });

  it("always asks a rule that something missing violates", () => {
    for (const rule of [
      'not trace.has(span.name == "audit.log")',
      'count(span.name == "retry") < 2',
      'trace.has(not (span.service == "payment"))',
      'trace.has(not (span.attributes["k"] == "v"))',
      "trace.duration > 5s",
    ]) {
      expect(possible([rule], [span({ name: "other" })])).to.deep.equal([rule]);
    }
  });

  it("stays right when it has met more names than it remembers", () => {
    const index = createRuleIndex(Array.from({ length: 6 }, (_, at) => compile(`trace.has(span.name == "n${at}")`)));
    const ask = (name: string) =>
      index.possible(new TraceView({ traceId: "0".repeat(32), spans: [span({ name })], complete: true }));
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 5_000; i++) expect(ask(`n${i}`)).to.deep.equal(i < 6 ? [i] : []);
    }
  });
});
