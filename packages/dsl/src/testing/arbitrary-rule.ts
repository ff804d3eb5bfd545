import type { SpanField, TraceField } from "@betrace/contracts";
import fc from "fast-check";
import type {
  Comparison,
  Literal,
  Predicate,
  Rule,
  RuleAnnotation,
  RuleBody,
  Test,
  TextOperator,
  TraceExpression,
} from "../rule.js";
import { anyDecimal, anyDurationNs, anyInteger, anyKey, anyText } from "./arbitrary-words.js";

const comparison = fc.constantFrom<Comparison>("==", "!=", "<", "<=", ">", ">=");
const equality = fc.constantFrom<Comparison>("==", "!=");
const textOperator = fc.constantFrom<TextOperator>("contains", "starts_with", "ends_with");

const string: fc.Arbitrary<Literal> = anyText.map((value) => ({ kind: "string", value }));
const number: fc.Arbitrary<Literal> = fc.oneof(
  anyInteger.map((value): Literal => ({ kind: "integer", value })),
  anyDecimal.map((value): Literal => ({ kind: "decimal", value })),
);
const boolean: fc.Arbitrary<Literal> = fc.boolean().map((value) => ({ kind: "boolean", value }));
const duration: fc.Arbitrary<Literal> = anyDurationNs.map((ns) => ({ kind: "duration", ns }));
const words = (...all: string[]): fc.Arbitrary<Literal> =>
  fc.constantFrom(...all).map((value) => ({ kind: "string", value }));

/** Regular expressions that RE2 accepts, with what is easily got wrong: anchors, bars, classes, flags, quotes. */
export const PATTERNS: readonly string[] = [
  "a",
  "^a",
  "b$",
  "^ab$",
  "a|b",
  "^a|b$",
  "(^a)",
  "a.b",
  "^db\\.",
  "(?i)DB",
  "(?i)K",
  "(?i)s",
  "(?i)ſ",
  "[ab]+",
  "[^a]",
  "[]a]",
  "[|$]",
  "a{2,3}",
  "\\bdb\\b",
  "\\d+$",
  "\\$$",
  "a\\$",
  "\\\\",
  "x*",
  "(a+)+$",
  "(?s)a.b",
  "(?m)^b",
  "(?:a|b)$",
  "\\p{L}",
  "é",
  "^$",
  "",
  "(?P<n>a)",
  "\\Aa\\z",
  '"',
  "a\nb",
];

const anyPattern = fc.constantFrom(...PATTERNS);

const textTest = <F>(field: F): fc.Arbitrary<Test<F>> =>
  fc.oneof(
    fc.record({ kind: fc.constant("compare" as const), field: fc.constant(field), operator: equality, value: string }),
    fc.record({
      kind: fc.constant("in" as const),
      field: fc.constant(field),
      values: fc.array(string, { minLength: 1, maxLength: 4 }),
    }),
    fc.record({
      kind: fc.constant("text" as const),
      field: fc.constant(field),
      operator: textOperator,
      value: anyText,
    }),
    fc.record({ kind: fc.constant("matches" as const), field: fc.constant(field), pattern: anyPattern }),
  );

const compareTest = <F>(field: F, operator: fc.Arbitrary<Comparison>, value: fc.Arbitrary<Literal>) =>
  fc.record({ kind: fc.constant("compare" as const), field: fc.constant(field), operator, value });

const inTest = <F>(field: F, value: fc.Arbitrary<Literal>) =>
  fc.record({
    kind: fc.constant("in" as const),
    field: fc.constant(field),
    values: fc.array(value, { minLength: 1, maxLength: 4 }),
  });

const attribute: fc.Arbitrary<SpanField> = fc.record({
  kind: fc.constantFrom("attribute" as const, "attribute" as const, "resource" as const),
  key: anyKey,
});

const attributeTest: fc.Arbitrary<Test<SpanField>> = attribute.chain((field) =>
  fc.oneof(
    { weight: 2, arbitrary: textTest(field) },
    { weight: 3, arbitrary: compareTest(field, comparison, number) },
    { weight: 1, arbitrary: compareTest(field, equality, boolean) },
    { weight: 1, arbitrary: inTest(field, fc.oneof(string, number, boolean)) },
  ),
);

const spanTest: fc.Arbitrary<Test<SpanField>> = fc.oneof(
  { weight: 6, arbitrary: attributeTest },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom<SpanField>({ kind: "name" }, { kind: "service" }, { kind: "status_message" })
      .chain(textTest),
  },
  { weight: 2, arbitrary: compareTest<SpanField>({ kind: "duration" }, comparison, duration) },
  { weight: 1, arbitrary: compareTest<SpanField>({ kind: "status" }, equality, words("ok", "error", "unset")) },
  {
    weight: 1,
    arbitrary: compareTest<SpanField>({ kind: "kind" }, equality, words("server", "client", "internal", "unspecified")),
  },
  { weight: 1, arbitrary: inTest<SpanField>({ kind: "status" }, words("ok", "error", "unset")) },
);

const leaf: fc.Arbitrary<Predicate> = fc.oneof(
  { weight: 10, arbitrary: spanTest.map((test): Predicate => ({ kind: "test", test })) },
  { weight: 1, arbitrary: attribute.map((field): Predicate => ({ kind: "exists", field })) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("compare_fields" as const),
      left: attribute,
      operator: comparison,
      right: attribute,
    }),
  },
  { weight: 1, arbitrary: fc.boolean().map((value): Predicate => ({ kind: "constant", value })) },
);

/** A span predicate of any shape that the checker accepts. */
export const anyPredicate: fc.Arbitrary<Predicate> = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: tie("predicate").map((operand): Predicate => ({ kind: "not", operand })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom("and" as const, "or" as const),
          fc.array(tie("predicate"), { minLength: 2, maxLength: 3 }),
        )
        .map(([kind, operands]): Predicate => ({ kind, operands: flat(kind, operands) })),
    },
  ),
})).predicate;

/** The parser gives `a and b and c` three operands; so do we. */
function flat<Node extends { readonly kind: string }>(kind: "and" | "or", operands: readonly Node[]): readonly Node[] {
  return operands.flatMap((each) =>
    each.kind === kind && "operands" in each ? (each.operands as readonly Node[]) : [each],
  );
}

const factTest: fc.Arbitrary<Test<TraceField>> = fc.oneof(
  compareTest<TraceField>("duration", comparison, duration),
  fc.constantFrom<TraceField>("span_count", "service_count").chain((field) =>
    compareTest(
      field,
      comparison,
      fc.nat(300).map((n): Literal => ({ kind: "integer", value: BigInt(n) })),
    ),
  ),
  fc.constantFrom<TraceField>("root.name", "root.service").chain(textTest),
);

const traceLeaf: fc.Arbitrary<TraceExpression> = fc.oneof(
  anyPredicate.map((predicate): TraceExpression => ({ kind: "has", predicate })),
  fc
    .tuple(
      anyPredicate,
      comparison,
      fc.oneof(
        fc.bigInt({ min: 0n, max: 20n }).map((value) => ({ kind: "integer" as const, value })),
        anyPredicate.map((predicate) => ({ kind: "count" as const, predicate })),
      ),
    )
    .map(([predicate, operator, right]): TraceExpression => ({ kind: "count", predicate, operator, right })),
  fc
    .tuple(fc.constantFrom("before" as const, "after" as const), anyPredicate, anyPredicate)
    .map(([kind, subject, reference]): TraceExpression => ({ kind, subject, reference })),
  factTest.map((test): TraceExpression => ({ kind: "fact", test })),
  fc.boolean().map((value): TraceExpression => ({ kind: "constant", value })),
);

/** A trace expression of any shape that the checker accepts. */
export const anyTraceExpression: fc.Arbitrary<TraceExpression> = fc.letrec<{ expression: TraceExpression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 3, arbitrary: traceLeaf },
    { weight: 1, arbitrary: tie("expression").map((operand): TraceExpression => ({ kind: "not", operand })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom("and" as const, "or" as const),
          fc.array(tie("expression"), { minLength: 2, maxLength: 3 }),
        )
        .map(([kind, operands]): TraceExpression => ({ kind, operands: flat(kind, operands) })),
    },
  ),
})).expression;

const annotation: fc.Arbitrary<RuleAnnotation> = fc.record({
  framework: fc.constantFrom("SOC2", "ISO27001", "PCI_DSS"),
  controls: fc.uniqueArray(fc.constantFrom("CC6.1", "CC7.2", "A.5.1", "10.2.1"), { minLength: 1, maxLength: 3 }),
});

const body: fc.Arbitrary<RuleBody> = fc.oneof(
  anyTraceExpression.map((violation): RuleBody => ({ kind: "expression", violation })),
  fc
    .tuple(
      anyTraceExpression,
      fc.option(anyTraceExpression, { nil: undefined }),
      fc.option(anyTraceExpression, { nil: undefined }),
    )
    .filter(([, always, never]) => always !== undefined || never !== undefined)
    .map(([when, always, never]): RuleBody => ({ kind: "invariant", when, always, never })),
);

/** A rule of any shape that the grammar and the checker accept. */
export const anyRule: fc.Arbitrary<Rule> = fc.record({ annotations: fc.array(annotation, { maxLength: 2 }), body });
