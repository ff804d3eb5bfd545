/** Intrinsics that the subset understands, by the name Tempo gives them in an answer. */
export type IntrinsicName =
  | "name"
  | "duration"
  | "status"
  | "kind"
  | "statusMessage"
  | "span:id"
  | "span:parentID"
  | "trace:id"
  | "rootName"
  | "rootServiceName"
  | "traceDuration"
  | "nestedSetParent";

export type Field =
  | { readonly kind: "intrinsic"; readonly name: IntrinsicName; readonly text: string }
  | { readonly kind: "attribute"; readonly scope: "span" | "resource"; readonly key: string; readonly text: string };

/** A literal with its TraceQL type. `bigint` for an integer and for a duration in nanoseconds. */
export type Literal =
  | { readonly type: "string"; readonly value: string; readonly text: string }
  | { readonly type: "int" | "duration"; readonly value: bigint; readonly text: string }
  | { readonly type: "float"; readonly value: number; readonly text: string }
  | { readonly type: "bool"; readonly value: boolean; readonly text: string }
  | { readonly type: "status" | "kind"; readonly value: string; readonly text: string };

export type Comparison = "=" | "!=" | ">" | ">=" | "<" | "<=" | "=~" | "!~";

/** What stands between braces. */
export type Expression =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "compare"; readonly field: Field; readonly operator: Comparison; readonly literal: Literal }
  | { readonly kind: "compare-fields"; readonly left: Field; readonly operator: Comparison; readonly right: Field }
  | { readonly kind: "exists"; readonly field: Field };

export type SpansetExpression =
  | { readonly kind: "filter"; readonly expression: Expression }
  | { readonly kind: "and" | "or"; readonly left: SpansetExpression; readonly right: SpansetExpression };

/** One step of a query; steps are separated by `|`. */
export type Stage =
  | { readonly kind: "spansets"; readonly spansets: SpansetExpression }
  | { readonly kind: "by"; readonly field: Field }
  | { readonly kind: "select"; readonly fields: readonly Field[] }
  | { readonly kind: "count"; readonly operator: Comparison; readonly value: bigint }
  | { readonly kind: "coalesce" };

export interface Query {
  readonly stages: readonly Stage[];
}
