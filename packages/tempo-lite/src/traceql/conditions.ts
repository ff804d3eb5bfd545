import type { Comparison, Expression, Field, Literal, Query, SpansetExpression } from "./ast.js";

/** One reason to read a field: a comparison, or (without one) a wish for its value whatever it is. */
export interface Condition {
  readonly field: Field;
  readonly comparison?: { readonly operator: Comparison; readonly literal: Literal };
  /** Read even if it holds nothing. */
  readonly any?: true;
}

export interface Conditions {
  /** What Tempo reads to decide; a value that none of them accepts stays unread, and unseen in the answer. */
  readonly first: readonly Condition[];
  /** What Tempo reads of the spans that were found, to show it. */
  readonly selected: readonly Field[];
}

/** Which fields a query reads, and when. After a `select` everything is read only of the spans that were found. */
export function conditionsOf(query: Query): Conditions {
  const first: Condition[] = [];
  const selected: Field[] = [];
  let afterSelect = false;
  for (const stage of query.stages) {
    const into: Condition[] = [];
    if (stage.kind === "spansets") fromSpansets(stage.spansets, into);
    if (stage.kind === "by") into.push({ field: stage.field, any: true });
    if (stage.kind === "select") {
      afterSelect = true;
      selected.push(...stage.fields);
    }
    if (afterSelect) selected.push(...into.map((condition) => condition.field));
    else first.push(...into);
  }
  return { first, selected };
}

function fromSpansets(spansets: SpansetExpression, into: Condition[]): void {
  if (spansets.kind === "filter") {
    fromExpression(spansets.expression, into);
    return;
  }
  fromSpansets(spansets.left, into);
  fromSpansets(spansets.right, into);
}

function fromExpression(expression: Expression, into: Condition[]): void {
  switch (expression.kind) {
    case "constant":
      return;
    case "and":
    case "or":
      fromExpression(expression.left, into);
      fromExpression(expression.right, into);
      return;
    case "compare":
      into.push({ field: expression.field, comparison: expression });
      return;
    case "compare-fields":
      into.push({ field: expression.left, any: true }, { field: expression.right, any: true });
      return;
    case "exists":
      into.push({ field: expression.field });
  }
}
