import type { Predicate, Rule, TraceExpression } from "../rule.js";

/** Every span predicate of the rule, in the order of its text. The spans that satisfy one of them decide the verdict. */
export function predicatesOf(rule: Rule): readonly Predicate[] {
  const { body } = rule;
  if (body.kind === "expression") return predicatesIn(body.violation);
  return [body.when, body.always, body.never].flatMap((clause) => (clause === undefined ? [] : predicatesIn(clause)));
}

function predicatesIn(expression: TraceExpression): readonly Predicate[] {
  switch (expression.kind) {
    case "constant":
    case "fact":
      return [];
    case "not":
      return predicatesIn(expression.operand);
    case "and":
    case "or":
      return expression.operands.flatMap(predicatesIn);
    case "has":
      return [expression.predicate];
    case "count":
      return expression.right.kind === "count"
        ? [expression.predicate, expression.right.predicate]
        : [expression.predicate];
    case "before":
    case "after":
      return [expression.subject, expression.reference];
  }
}
