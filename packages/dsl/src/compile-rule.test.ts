import type { AttributeValue, Span, Trace, Verdict } from "@betrace/contracts";
import { expect } from "chai";
import { compileRule, explainRule, offendingSpanOf, parseRule } from "./index.js";

function compile(text: string) {
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return compileRule(parsed.rule);
}

interface SpanSketch {
  readonly id?: string;
  readonly parent?: string;
  readonly name?: string;
  readonly service?: string;
  readonly kind?: Span["kind"];
  readonly at?: number;
  readonly lasts?: number;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

function span({
  id = "1",
  parent,
  name = "",
  service,
  kind = "internal",
  at = 0,
  lasts = 0,
  attributes = {},
}: SpanSketch): Span {
  return {
    spanId: id.padStart(16, "0"),
    parentSpanId: parent === undefined ? "" : parent.padStart(16, "0"),
    name,
    service,
    kind,
    status: "unset",
    statusMessage: "",
    startNs: BigInt(at),
    durationNs: BigInt(lasts),
    attributes: new Map(Object.entries(attributes)),
    resource: new Map(),
  };
}

function trace(spans: readonly SpanSketch[], complete = true): Trace {
  return { traceId: "0".repeat(32), spans: spans.map(span), complete };
}

function violates(rule: string, spans: readonly SpanSketch[]): boolean {
  return compile(rule).evaluate(trace(spans)).violated;
}

/** The ids of a verdict's witnesses and offending span, short. */
function pointsAt(verdict: Verdict) {
  if (!verdict.violated) return undefined;
  const short = (id: string) => id.replace(/^0+/, "");
  return {
    clause: verdict.clause,
    witnesses: verdict.witnessSpanIds.map(short),
    offending: verdict.offendingSpan && short(verdict.offendingSpan.spanId),
  };
}

const OWN = { "betrace.violation.rule_id": "r" };

describe("compileRule", () => {
  describe("compares numbers by value, exactly", () => {
    const holds = (value: AttributeValue, test: string) =>
      violates(`span.attributes["n"] ${test}`, [{ attributes: { n: value } }]);
    it("an integer beyond a double's precision", () => {
      expect(holds(9007199254740993n, "== 9007199254740993")).to.equal(true);
      expect(holds(9007199254740993n, "== 9007199254740992")).to.equal(false);
      expect(holds(9007199254740993n, "> 9007199254740992.0")).to.equal(true);
      expect(holds(9007199254740992, "== 9007199254740992")).to.equal(true);
      expect(holds(9007199254740992, "!= 9007199254740993")).to.equal(true);
    });
    it("an integer and a double of one value", () => {
      expect(holds(1, "== 1.0")).to.equal(true);
      expect(holds(0.1, "== 0.1")).to.equal(true);
      expect(holds(2.5, "in [1, 2.5]")).to.equal(true);
    });
    it("NaN with nothing", () => {
      for (const operator of ["==", "!=", "<", "<=", ">", ">="])
        expect(holds(Number.NaN, `${operator} 5`), operator).to.equal(false);
    });
    it("infinity with everything", () =>
      expect(holds(Number.POSITIVE_INFINITY, "> 9223372036854775807")).to.equal(true));
  });

  it("finds no difference between two arrays unless two elements of one type differ", () => {
    const differ = (a: AttributeValue, b: AttributeValue) =>
      violates('span.attributes["a"] != span.attributes["b"]', [{ attributes: { a, b } }]);
    expect(differ(["x", "x"], ["x"])).to.equal(false);
    expect(differ(["x", "y"], ["x"])).to.equal(true);
    expect(differ(["x"], [1])).to.equal(false);
    expect(differ([1, "x"], [1n, "x"])).to.equal(false);
    expect(differ([], ["x"])).to.equal(false);
    expect(differ([null, Number.NaN], [1])).to.equal(false);
  });

  it("compares two long arrays without comparing every pair", () => {
    const a = Array.from({ length: 100_000 }, (_, at) => at * 2);
    const b = Array.from({ length: 100_000 }, (_, at) => at * 2 + 1);
    expect(violates('span.attributes["a"] == span.attributes["b"]', [{ attributes: { a, b } }])).to.equal(false);
    expect(violates('span.attributes["a"] > span.attributes["b"]', [{ attributes: { a, b } }])).to.equal(true);
  });

  it("stays linear on a pattern that backtracking engines hang on", () => {
    expect(violates('span.name matches "(x+x+)+y"', [{ name: "x".repeat(50_000) }])).to.equal(false);
  });

  describe("which spans count", () => {
    it("a trace of nothing but our own violation spans never violates", () => {
      for (const complete of [true, false]) {
        const own = trace([{ attributes: OWN }], complete);
        expect(compile('not trace.has(span.name == "x")').evaluate(own).violated).to.equal(false);
        expect(offendingSpanOf(own)).to.equal(undefined);
      }
    });
    it("our own spans are not counted among others", () => {
      expect(violates("count(true) == 1", [{ id: "1" }, { id: "2", attributes: OWN }])).to.equal(true);
    });
    it("two copies of a span are one; two kinds under one id are two", () => {
      expect(violates("count(true) == 1 and trace.span_count == 1", [{ id: "1" }, { id: "1" }])).to.equal(true);
      expect(
        violates("count(true) == 2", [
          { id: "1", kind: "client" },
          { id: "1", kind: "server" },
        ]),
      ).to.equal(true);
    });
    it("copies that differ give one verdict in either order", () => {
      const [full, cut] = [
        { id: "1", at: 5, lasts: 9, name: "a" },
        { id: "1", at: 5, lasts: 2, name: "b" },
      ];
      for (const spans of [
        [full, cut],
        [cut, full],
      ])
        expect(violates('span.name == "a"', spans)).to.equal(true);
    });
    it("a projected trace without witnesses is decided on no spans, a complete one without spans violates nothing", () => {
      const rule = compile('not trace.has(span.name == "x")');
      expect(rule.evaluate(trace([], false))).to.deep.equal({
        violated: true,
        clause: "expression",
        witnessSpanIds: [],
        witnessCount: 0,
        offendingSpan: undefined,
      });
      expect(rule.evaluate(trace([], true)).violated).to.equal(false);
    });
  });

  describe("facts", () => {
    it("of a complete trace come from its spans, of a projected one from what it was given", () => {
      const rule = compile('trace.duration == 7ns and trace.service_count == 1 and trace.root.name == "r"');
      const spans = [
        { id: "1", at: 2, lasts: 3, name: "r", service: "s" },
        { id: "2", parent: "1", at: 1, lasts: 7 },
      ];
      expect(rule.evaluate(trace(spans)).violated).to.equal(true);
      const facts = {
        startNs: 1n,
        durationNs: 7n,
        spanCount: 9,
        serviceCount: 1,
        root: { name: "r", service: undefined },
      };
      expect(rule.evaluate({ ...trace([], false), facts }).violated).to.equal(true);
      expect(rule.evaluate(trace([], false)).violated).to.equal(false);
    });
    it("take the earliest of several roots", () => {
      const spans = [
        { id: "1", at: 5, name: "late" },
        { id: "2", at: 1, name: "early" },
      ];
      expect(violates('trace.root.name == "early"', spans)).to.equal(true);
    });
    it("of a root are false where the trace has none", () => {
      expect(violates('trace.root.name != "x"', [{ parent: "9", name: "y" }])).to.equal(false);
    });
  });

  describe("the verdict points at", () => {
    const spans: SpanSketch[] = [
      { id: "a", at: 5, name: "checkout" },
      { id: "b", at: 1, name: "root" },
      { id: "c", at: 9, parent: "b", name: "payment" },
      { id: "d", at: 3, parent: "b", name: "payment" },
    ];
    const verdict = (rule: string) => pointsAt(compile(rule).evaluate(trace(spans)));
    it("the spans that satisfy the positive parts, earliest first", () => {
      expect(verdict('trace.has(span.name == "payment") and not trace.has(span.name == "audit")')).to.deep.equal({
        clause: "expression",
        witnesses: ["d", "c"],
        offending: "d",
      });
    });
    it("only those sides of an or that hold", () => {
      expect(
        verdict('trace.has(span.name == "checkout") or trace.has(span.name == "payment") and false')?.witnesses,
      ).to.deep.equal(["a"]);
    });
    it("what a double negation turns positive again", () => {
      expect(verdict('not not trace.has(span.name == "checkout")')?.witnesses).to.deep.equal(["a"]);
      expect(
        verdict('not (not trace.has(span.name == "checkout") or trace.has(span.name == "x"))')?.witnesses,
      ).to.deep.equal(["a"]);
    });
    it("the root where there is no witness", () => {
      expect(verdict('not trace.has(span.name == "audit")')).to.deep.equal({
        clause: "expression",
        witnesses: [],
        offending: "b",
      });
    });
    it("what `when` found where `always` lacks something", () => {
      const rule = 'when { trace.has(span.name == "checkout") } always { trace.has(span.name == "fraud") }';
      expect(verdict(rule)).to.deep.equal({ clause: "always", witnesses: ["a"], offending: "a" });
    });
    it("what must not be, where `never` is broken", () => {
      const rule = 'when { trace.has(span.name == "checkout") } never { trace.has(span.name == "payment") }';
      expect(verdict(rule)).to.deep.equal({ clause: "never", witnesses: ["d", "c"], offending: "d" });
    });
    it("`always` where both clauses are broken", () => {
      expect(verdict("when { true } always { false } never { true }")?.clause).to.equal("always");
    });
    it("ten witnesses at most, and says how many there were", () => {
      const many = Array.from({ length: 50 }, (_, at) => ({ id: `${100 + at}`, at: 50 - at, parent: "1" }));
      const found = compile("span.duration == 0ns").evaluate(trace(many));
      if (!found.violated) throw new Error("no violation");
      expect(found.witnessCount).to.equal(50);
      expect(found.witnessSpanIds).to.deep.equal(
        Array.from({ length: 10 }, (_, at) => `${149 - at}`.padStart(16, "0")),
      );
    });
  });

  it("lists the fields it reads, each once", () => {
    const rule = compile(
      'trace.duration > 1s and trace.has(span.name == "a" and span.attributes["k"] != span.resource["k"]) or count(span.name == "b") > count(span.attributes["k"]) and trace.duration < 9s',
    );
    expect(rule.spanFields).to.deep.equal([
      { kind: "name" },
      { kind: "attribute", key: "k" },
      { kind: "resource", key: "k" },
    ]);
    expect(rule.traceFields).to.deep.equal(["duration"]);
  });

  it("explains an invariant in plain words", () => {
    const rule =
      'when { trace.has(span.name == "checkout") } always { count(span.name == "fraud.check") >= 1 } never { trace.has_after(true, "done") }';
    expect(explainRule(compile(rule)).split("\n").slice(0, 3)).to.deep.equal([
      'This rule speaks of the traces in which there is a span whose name is "checkout".',
      'Such a trace violates it unless the number of spans whose name is "fraud.check" is at least 1.',
      'Such a trace violates it when any span starts after the last span whose name is "done" started.',
    ]);
  });
});
