import { countedSpans, type Span, type Trace } from "@betrace/contracts";
import { expect } from "chai";
import fc from "fast-check";
import { factsOf } from "../compile/trace-view.js";
import { compileRule } from "../compile-rule.js";
import { parseRule } from "../parse-rule.js";
import type { Rule } from "../rule.js";
import { anyPredicate, anyRule } from "../testing/arbitrary-rule.js";
import { anyTrace } from "../testing/arbitrary-trace.js";
import { evaluateTraceql } from "../testing/traceql-evaluate.js";
import { parseTraceql } from "../testing/traceql-syntax.js";
import type { TypedSpan } from "../testing/typed-span.js";
import { combineForScan } from "./combine-for-scan.js";

function compile(text: string) {
  const parsed = parseRule(text);
  if (!parsed.ok) expect.fail(JSON.stringify(parsed.errors));
  return compileRule(parsed.rule);
}

/** The spans that Tempo would find. */
function found(filter: string | undefined, { spans }: Trace, typed: readonly TypedSpan[]) {
  if (filter === undefined) return [];
  const parsed = parseTraceql(filter);
  return spans.filter((_, at) => {
    const span = typed[at];
    return span !== undefined && evaluateTraceql(parsed, span, "3.0");
  });
}

/** Something without something: the usual rule. */
const anyLack = fc.tuple(anyPredicate, anyPredicate).map(
  ([there, missing]): Rule => ({
    annotations: [],
    body: {
      kind: "invariant",
      when: { kind: "has", predicate: there },
      always: { kind: "has", predicate: missing },
      never: undefined,
    },
  }),
);

describe("what a scan fetches for a rule", () => {
  it("gives, of the witnesses alone, the verdict of the whole trace", () => {
    fc.assert(
      fc.property(anyRule, anyTrace, (rule, { trace, typed }) => {
        const compiled = compileRule(rule);
        const whole = compiled.evaluate(trace);
        const facts = factsOf(countedSpans(trace.spans));
        const witnesses = found(compiled.witnessFilter, trace, typed);
        const projected = compiled.evaluate({ ...trace, spans: witnesses, complete: false, ...(facts && { facts }) });
        expect(projected.violated).to.equal(whole.violated);
        if (!whole.violated || !projected.violated) return;
        expect(projected.clause).to.equal(whole.clause);
        expect(projected.witnessSpanIds).to.deep.equal(whole.witnessSpanIds);
        expect(projected.witnessCount).to.equal(whole.witnessCount);
        if (whole.witnessCount > 0) expect(projected.offendingSpan).to.deep.equal(whole.offendingSpan);
      }),
      { numRuns: 600 },
    );
  });

  it("never leaves a violating trace out of the candidates", () => {
    fc.assert(
      fc.property(fc.array(anyRule, { minLength: 1, maxLength: 2 }), anyTrace, (rules, { trace, typed }) => {
        const compiled = rules.map(compileRule);
        const violates = compiled.map(({ evaluate }) => evaluate(trace).violated);
        for (const [at, { candidateFilters }] of compiled.entries()) {
          if (!violates[at]) continue;
          for (const filter of candidateFilters) expect(found(filter, trace, typed), filter).not.to.deep.equal([]);
        }
        const scan = combineForScan(compiled);
        for (const { candidateFilter } of [scan, scan.withoutPatterns ?? scan]) {
          if (candidateFilter === undefined || !violates.includes(true)) continue;
          expect(found(candidateFilter, trace, typed), candidateFilter).not.to.deep.equal([]);
        }
      }),
      { numRuns: 600 },
    );
  });

  it("never calls a trace clear that violates, whichever of its spans are seen, and asks for all spans that can show it", () => {
    let clear = 0;
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyRule, anyLack), { minLength: 1, maxLength: 2 }),
        anyTrace,
        fc.infiniteStream(fc.boolean()),
        (rules, { trace, typed }, seen) => {
          const compiled = rules.map(compileRule);
          const { isClear, clearFilter, withoutPatterns } = combineForScan(compiled);
          const some = trace.spans.filter(() => seen.next().value ?? false);
          const violates = compiled.some(({ evaluate }) => evaluate(trace).violated);
          for (const spans of [some, trace.spans]) {
            if (!isClear(spans)) continue;
            expect(violates, "violates, and was called clear").to.equal(false);
            clear++;
          }
          for (const filter of [clearFilter, withoutPatterns?.clearFilter]) {
            if (filter === undefined) continue;
            expect(isClear(found(filter, trace, typed))).to.equal(isClear(trace.spans));
          }
        },
      ),
      { numRuns: 2_000 },
    );
    expect(clear, "traces that were clear").to.be.greaterThan(100);
  });

  it("judges a trace alike in whatever order its spans come", () => {
    fc.assert(
      fc.property(anyRule, anyTrace, fc.infiniteStream(fc.nat()), (rule, { trace }, keys) => {
        const { evaluate } = compileRule(rule);
        const shuffled = trace.spans
          .map((span) => ({ span, key: keys.next().value ?? 0 }))
          .sort((one, other) => one.key - other.key)
          .map(({ span }) => span);
        expect(evaluate({ ...trace, spans: shuffled })).to.deep.equal(evaluate(trace));
      }),
      { numRuns: 400 },
    );
  });
});

describe("the filters of the rules in the language's definition", () => {
  const table = [
    {
      rule: 'trace.has(span.name == "db.query" and span.duration > 1s) and not trace.has(span.name == "retry")',
      witnesses: '(name = "db.query" && duration != nil && duration > 1000000000ns) || name = "retry"',
      candidates: ['name = "db.query" && duration != nil && duration > 1000000000ns'],
    },
    {
      rule: 'trace.has(span.name == "payment.process" and span.status == "error") and trace.has(span.attributes["user.region"] == "eu-west-1")',
      witnesses: '(name = "payment.process" && status = error) || span."user.region" = "eu-west-1"',
      candidates: ['name = "payment.process" && status = error', 'span."user.region" = "eu-west-1"'],
    },
    {
      rule: 'trace.has(span.name == "data.access") and not trace.has_before(span.name == "authz.check", "data.access")',
      witnesses: 'name = "data.access" || name = "authz.check"',
      candidates: ['name = "data.access"'],
    },
    { rule: 'count(span.name == "retry") > 3', witnesses: 'name = "retry"', candidates: ['name = "retry"'] },
    {
      rule: 'when { trace.has(span.name == "checkout" and span.attributes["amount"] > 1000) } always { trace.has(span.name == "fraud.check") } never { trace.has(span.name == "payment.process" and span.status == "error") }',
      witnesses:
        '(name = "checkout" && (span."amount" > 1000 || span."amount" > 1000.0)) || name = "fraud.check" || (name = "payment.process" && status = error)',
      candidates: ['name = "checkout" && (span."amount" > 1000 || span."amount" > 1000.0)'],
    },
    { rule: 'not trace.has(span.name == "audit.log")', witnesses: 'name = "audit.log"', candidates: [] },
    { rule: "trace.duration > 5s", witnesses: undefined, candidates: [] },
    { rule: 'trace.has(not (span.attributes["k"] == "v"))', witnesses: "true", candidates: [] },
    {
      rule: 'trace.has(not (span.name == "a" or span.service == "s"))',
      witnesses: 'name != "a" && (resource.service.name != "s" || resource.service.name = "")',
      candidates: ['name != "a" && (resource.service.name != "s" || resource.service.name = "")'],
    },
    {
      rule: 'trace.has(span.attributes["k"] in ["a", "b"]) or trace.has(span.resource["k8s.pod.name"] starts_with "web-")',
      witnesses:
        '(span."k" = "a" && true) || (span."k" = "b" && true) || (resource."k8s.pod.name" >= "web-" && resource."k8s.pod.name" < "web.")',
      candidates: [
        '(span."k" = "a" && true) || (span."k" = "b" && true) || (resource."k8s.pod.name" >= "web-" && resource."k8s.pod.name" < "web.")',
      ],
    },
  ];

  for (const { rule, witnesses, candidates } of table) {
    it(rule, () => {
      const compiled = compile(rule);
      expect(compiled.witnessFilter).to.equal(witnesses);
      expect([...compiled.candidateFilters]).to.have.members(candidates);
    });
  }

  it("are all spans where a list is too long to send", () => {
    const names = Array.from({ length: 2_550 }, (_, at) => `"operation number ${at}"`);
    expect(compile(`trace.has(span.name in [${names.join(", ")}])`).witnessFilter).to.equal("true");
  });

  it("of several rules are joined without repeating what they share", () => {
    const scan = combineForScan([
      compile('trace.has(span.name == "a") and not trace.has(span.attributes["k"] == "x")'),
      compile('trace.has(span.name == "a") and not trace.has(span.attributes["k"] == "y")'),
      compile("trace.span_count > 5 and false"),
    ]);
    expect(scan.witnessFilter).to.equal('name = "a" || (span."k" = "x" && true) || (span."k" = "y" && true)');
    expect(scan.candidateFilter).to.equal('name = "a"');
    expect(scan.spanFields).to.deep.equal([{ kind: "name" }, { kind: "attribute", key: "k" }]);
    expect(scan.traceFields).to.deep.equal(["span_count"]);
    expect(scan.withoutPatterns).to.equal(undefined);
  });

  it("come without patterns on attributes for a Tempo that fails on these", () => {
    const scan = combineForScan([compile('trace.has(span.attributes["k"] contains "x" and span.name matches "^a")')]);
    expect(scan.witnessFilter).to.equal('span."k" =~ "(?s).*x.*" && name =~ "(?s)(?:a).*"');
    expect(scan.withoutPatterns?.witnessFilter).to.equal('span."k" >= "" && name =~ "(?s)(?:a).*"');
  });

  it("come without patterns on names too where Tempo 3 takes an attribute of that name for them", () => {
    const scan = combineForScan([
      compile('trace.has(span.attributes["name"] > 1 or span.name matches "^a" and exists(span.attributes["k"]))'),
    ]);
    expect(scan.withoutPatterns?.witnessFilter).to.equal(
      'span."name" > 1 || span."name" > 1.0 || (name >= "" && span."k" != nil)',
    );
  });

  it("ask for the service name as a string only: a number among the conditions would hide it", () => {
    const scan = combineForScan([
      compile(
        'trace.has(span.resource["service.name"] == 7 or exists(span.resource["service.name"]) and span.kind == "server")',
      ),
    ]);
    expect(scan.witnessFilter).to.equal('resource."service.name" = "" || kind = server');
  });

  it("find a value that is not a number where Tempo keeps texts in a column", () => {
    const { witnessFilter } = compile('trace.has(exists(span.attributes["http.method"]))');
    expect(witnessFilter).to.include('span."http.method" != 0.0');
  });

  it("say which parts Tempo is not asked for, and why", () => {
    const { notPushedDown } = compile(
      'trace.has(span.attributes["a"] != span.attributes["b"] and not span.attributes["k"] and span.name matches "\\\\p{Greek}")',
    );
    expect(notPushedDown.map(({ predicate }) => predicate)).to.deep.equal([
      'span.attributes["a"] != span.attributes["b"]',
      'exists(span.attributes["k"])',
      'span.name matches "\\\\p{Greek}"',
    ]);
    for (const { reason } of notPushedDown) expect(reason).to.match(/read|asked/);
  });

  it("say what settles that a trace does not violate", () => {
    const clearing = (text: string) => combineForScan([compile(text)]).clearFilter;
    expect(clearing('trace.has(span.name == "a") and not trace.has(span.name == "b")')).to.equal('name = "b"');
    expect(clearing('when { trace.has(span.name == "a") } always { trace.has(span.name == "b") }')).to.equal(
      'name = "b"',
    );
    expect(clearing('trace.has(span.name == "a") and count(span.name == "b") <= 2')).to.equal('name = "b"');
    // What comes later may still undo these.
    expect(clearing('trace.has(span.name == "a") and not trace.has_before(span.name == "b", "a")')).to.equal(undefined);
    expect(clearing('trace.has(span.name == "a") and count(span.name == "b") > 2')).to.equal(undefined);
    expect(clearing('not trace.has(span.name == "b")'), "every trace is read").to.equal(undefined);
  });

  it("take a count for settled only when it is reached, with copies counted once", () => {
    const { isClear } = combineForScan([compile('trace.has(span.name == "a") and count(span.name == "b") <= 1')]);
    const span = (id: number): Span => ({
      spanId: String(id).padStart(16, "0"),
      parentSpanId: "",
      name: "b",
      service: undefined,
      kind: "server",
      status: "unset",
      statusMessage: "",
      startNs: 1n,
      durationNs: 1n,
      attributes: new Map(),
      resource: new Map(),
    });
    expect([[span(1)], [span(1), span(1)], [span(1), span(2)]].map(isClear)).to.deep.equal([false, false, true]);
  });
});
