import type { SpanField } from "@betrace/contracts";
import { expect } from "chai";
import fc from "fast-check";
import type { Comparison, Literal, Predicate } from "../rule.js";
import { anyPredicate, PATTERNS } from "../testing/arbitrary-rule.js";
import { anySpan } from "../testing/arbitrary-span.js";
import { COMMON_TEXTS, EDGE_DECIMALS, EDGE_INTEGERS, HARD_TEXTS } from "../testing/arbitrary-words.js";
import { referenceHolds } from "../testing/reference-predicate.js";
import { evaluateTraceql } from "../testing/traceql-evaluate.js";
import { parseTraceql } from "../testing/traceql-syntax.js";
import { type TypedScalar, type TypedSpan, type TypedValue, toSpan } from "../testing/typed-span.js";
import { either, renderFilter } from "./filter.js";
import { widen } from "./widen.js";

const COMPARISONS: readonly Comparison[] = ["==", "!=", "<", "<=", ">", ">="];
const K: SpanField = { kind: "attribute", key: "k" };

const PLAIN: TypedSpan = {
  spanId: "0000000000000001",
  name: "n",
  service: "s",
  kind: "server",
  status: "ok",
  statusMessage: "",
  startNs: 0n,
  durationNs: 0n,
  attributes: new Map(),
  resource: new Map(),
};

function withK(value: TypedValue): TypedSpan {
  return { ...PLAIN, attributes: new Map([["k", value]]) };
}

/** Each span that satisfies a predicate must be found. Answers how many a filter left out, so that a test can see it narrow. */
function expectNoneLost(predicates: readonly Predicate[], spans: readonly TypedSpan[]): number {
  let leftOut = 0;
  const filter = renderFilter(either(predicates.map((predicate) => widen(predicate))));
  const parsed = parseTraceql(filter);
  for (const typed of spans) {
    const span = toSpan(typed);
    const holds = predicates.some((predicate) => referenceHolds(predicate, span));
    for (const version of ["2.10", "3.0"] as const) {
      const found = evaluateTraceql(parsed, typed, version);
      if (holds && !found) expect.fail(`Tempo ${version} does not find ${inspect(typed)} by ${filter}`);
      if (!found) leftOut += 1;
    }
  }
  return leftOut;
}

function inspect(typed: TypedSpan): string {
  const { name, service, durationNs, statusMessage } = typed;
  const plain = {
    name,
    service,
    durationNs,
    statusMessage,
    attributes: [...typed.attributes],
    resource: [...typed.resource],
  };
  return JSON.stringify(plain, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
}

function negatable(predicate: Predicate): readonly Predicate[] {
  return [predicate, { kind: "not", operand: predicate }];
}

describe("widening a predicate to TraceQL", () => {
  it("never loses a witness, whatever the predicates and the span, on either version of Tempo", () => {
    let leftOut = 0;
    fc.assert(
      fc.property(
        fc.array(anyPredicate, { minLength: 1, maxLength: 3 }),
        fc.array(anySpan, { minLength: 4, maxLength: 4 }),
        (predicates, spans) => {
          leftOut += expectNoneLost(predicates, spans);
        },
      ),
      { numRuns: 3_000 },
    );
    expect(leftOut, "spans that the filters left out").to.be.greaterThan(3_000);
  });

  it("keeps every number, however close it lies to the bound and whatever its type", () => {
    const integers = [-1n, 0n, 1n, 2n, 5n, ...EDGE_INTEGERS];
    const decimals = [-0.5, 0, 0.5, 1, 1.5, 5, ...EDGE_DECIMALS];
    const literals: Literal[] = [
      ...integers.map((value): Literal => ({ kind: "integer", value })),
      ...decimals.map((value): Literal => ({ kind: "decimal", value })),
    ];
    const numbers: TypedScalar[] = [
      ...integers.map((value): TypedScalar => ({ type: "int", value })),
      ...[...decimals, Number.NaN, Number.POSITIVE_INFINITY].map((value): TypedScalar => ({ type: "double", value })),
    ];
    const spans = numbers.map(withK);
    let leftOut = 0;
    for (const value of literals) {
      for (const operator of COMPARISONS) {
        const test = { kind: "compare", field: K, operator, value } as const;
        leftOut += expectNoneLost([{ kind: "test", test }], spans);
      }
    }
    expect(leftOut).to.be.greaterThan(literals.length * numbers.length * 4);
  });

  it("keeps every text, however a pattern, a part or a list speaks of it, and for names and services negated too", () => {
    const texts = [...COMMON_TEXTS, ...HARD_TEXTS];
    const fields: SpanField[] = [K, { kind: "name" }, { kind: "service" }, { kind: "status_message" }];
    const spans = texts.flatMap((text): TypedSpan[] => [
      withK({ type: "string", value: text }),
      { ...PLAIN, name: text, service: text, statusMessage: text },
    ]);
    spans.push({ ...PLAIN, service: undefined });
    for (const field of fields) {
      for (const pattern of PATTERNS) {
        for (const each of negatable({ kind: "test", test: { kind: "matches", field, pattern } }))
          expectNoneLost([each], spans);
      }
      for (const value of texts) {
        for (const operator of ["contains", "starts_with", "ends_with"] as const) {
          for (const each of negatable({ kind: "test", test: { kind: "text", field, operator, value } })) {
            expectNoneLost([each], spans);
          }
        }
        for (const operator of ["==", "!="] as const) {
          const test = { kind: "compare", field, operator, value: { kind: "string", value } } as const;
          for (const each of negatable({ kind: "test", test })) expectNoneLost([each], spans);
        }
        const values: Literal[] = [
          { kind: "string", value },
          { kind: "string", value: "ab" },
          { kind: "integer", value: 5n },
        ];
        if (field.kind === "attribute") expectNoneLost([{ kind: "test", test: { kind: "in", field, values } }], spans);
      }
    }
  });

  it("keeps every duration, that of a span which ends before it starts too", () => {
    const durations = [0n, 1n, 999_999_999n, 1_000_000_000n, 1_000_000_001n, 2n ** 63n - 1n];
    const spans = [...durations, -1n, -1_000_000_000n].map((durationNs): TypedSpan => ({ ...PLAIN, durationNs }));
    for (const ns of durations) {
      for (const operator of COMPARISONS) {
        const test = {
          kind: "compare",
          field: { kind: "duration" },
          operator,
          value: { kind: "duration", ns },
        } as const;
        for (const each of negatable({ kind: "test", test })) expectNoneLost([each], spans);
      }
    }
  });

  it("keeps arrays of which several elements satisfy several predicates", () => {
    const strings = ["a", "b", "ab"].map((value): TypedScalar => ({ type: "string", value }));
    const numbers = [4n, 5n, 6n].map((value): TypedScalar => ({ type: "int", value }));
    const booleans = [true, false].map((value): TypedScalar => ({ type: "boolean", value }));
    const spans = [strings, numbers, booleans].map((elements) => withK({ type: "array", elements }));
    const literals: Literal[] = [
      ...["a", "b", "zz"].map((value): Literal => ({ kind: "string", value })),
      ...[5n, 6n, 9n].map((value): Literal => ({ kind: "integer", value })),
      ...[true, false].map((value): Literal => ({ kind: "boolean", value })),
    ];
    const tests = literals.flatMap((value) =>
      COMPARISONS.map(
        (operator): Predicate => ({ kind: "test", test: { kind: "compare", field: K, operator, value } }),
      ),
    );
    tests.push({ kind: "test", test: { kind: "matches", field: K, pattern: "^a" } });
    tests.push({ kind: "test", test: { kind: "text", field: K, operator: "contains", value: "b" } });
    tests.push({ kind: "test", test: { kind: "in", field: K, values: literals } });
    for (const one of tests) for (const other of tests) expectNoneLost([one, other], spans);
  });
});
