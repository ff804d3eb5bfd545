/**
 * A rule as data: what every phase after the parser reads. Plain immutable values without places in the text, so that
 * two rules that say the same compare deeply equal, and `parseRule(printRule(rule))` gives the rule back.
 */
import type { SpanField, TraceField } from "@betrace/contracts";

/** A rule: its annotations, and the one thing that it decides about a trace. */
export interface Rule {
  readonly annotations: readonly RuleAnnotation[];
  readonly body: RuleBody;
}

/** `@SOC2(controls = {CC6_1})`: controls of a compliance framework that the rule is evidence for. */
export interface RuleAnnotation {
  /** As written after the `@`. */
  readonly framework: string;
  /** In the framework's own spelling (`CC6.1`), in the order written, each once. */
  readonly controls: readonly string[];
}

/**
 * `expression`: violation when `violation` is true. `invariant`: violation when `when` is true and `always` is false or
 * `never` is true; at least one of the two clauses is there.
 */
export type RuleBody =
  | { readonly kind: "expression"; readonly violation: TraceExpression }
  | {
      readonly kind: "invariant";
      readonly when: TraceExpression;
      readonly always: TraceExpression | undefined;
      readonly never: TraceExpression | undefined;
    };

/** Something that is true or false of a trace. `and` and `or` have at least two operands. */
export type TraceExpression =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "not"; readonly operand: TraceExpression }
  | { readonly kind: "and" | "or"; readonly operands: readonly TraceExpression[] }
  | { readonly kind: "has"; readonly predicate: Predicate }
  | { readonly kind: "count"; readonly predicate: Predicate; readonly operator: Comparison; readonly right: CountBound }
  | { readonly kind: "before" | "after"; readonly subject: Predicate; readonly reference: Predicate }
  | { readonly kind: "fact"; readonly test: Test<TraceField> };

/** What a count is compared with. */
export type CountBound =
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "count"; readonly predicate: Predicate };

/** Something that is true or false of one span. `and` and `or` have at least two operands. */
export type Predicate =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "not"; readonly operand: Predicate }
  | { readonly kind: "and" | "or"; readonly operands: readonly Predicate[] }
  | { readonly kind: "exists"; readonly field: SpanField }
  | {
      readonly kind: "compare_fields";
      readonly left: SpanField;
      readonly operator: Comparison;
      readonly right: SpanField;
    }
  | { readonly kind: "test"; readonly test: Test<SpanField> };

/** One field held against literals of the rule. */
export type Test<Field> =
  | { readonly kind: "compare"; readonly field: Field; readonly operator: Comparison; readonly value: Literal }
  | { readonly kind: "in"; readonly field: Field; readonly values: readonly Literal[] }
  | { readonly kind: "text"; readonly field: Field; readonly operator: TextOperator; readonly value: string }
  | { readonly kind: "matches"; readonly field: Field; readonly pattern: string };

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

export type TextOperator = "contains" | "starts_with" | "ends_with";

/**
 * A literal. `integer` fits a signed 64-bit integer; `decimal` was written with a point or an exponent and is finite;
 * the two compare by value. A duration is not negative and fits 64 bits.
 */
export type Literal =
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "decimal"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "duration"; readonly ns: bigint };
