import type { ExpressionSyntax, ReferenceSyntax } from "../parse/syntax.js";
import type { Predicate } from "../rule.js";
import { type CheckContext, quote } from "./check-context.js";
import { checkSpanField } from "./check-field.js";
import { checkFieldComparison, checkTest } from "./check-test.js";
import { functionOf } from "./levels.js";
import type { Named } from "./vocabulary.js";

/** The predicate of one span that an expression says; undefined if a problem was reported. */
export function checkPredicate(expression: ExpressionSyntax, context: CheckContext): Predicate | undefined {
  switch (expression.kind) {
    case "missing":
      return undefined;
    case "constant":
      return { kind: "constant", value: expression.value };
    case "not": {
      const operand = checkPredicate(expression.operand, context);
      return operand && { kind: "not", operand };
    }
    case "and":
    case "or": {
      const operands = expression.operands.map((operand) => checkPredicate(operand, context));
      const known = operands.filter((operand) => operand !== undefined);
      return known.length === operands.length ? { kind: expression.kind, operands: known } : undefined;
    }
    case "reference":
      return checkPresence(expression.reference, context);
    case "test":
      return checkComparison(expression, context);
    default:
      return expression satisfies never;
  }
}

function checkComparison(
  { left, test, place }: Extract<ExpressionSyntax, { kind: "test" }>,
  context: CheckContext,
): Predicate | undefined {
  const field = checkSpanField(left, context);
  if (test.kind === "compare_reference") {
    const right = checkSpanField(test.right, context);
    return field && right && checkFieldComparison(field, test.operator, right, place, test.operatorPlace, context);
  }
  // Even where the field is unknown its literals have faults of their own to report.
  const checked = checkTest(field ?? ANY, test, quote(context, left.place), context);
  return field && checked && { kind: "test", test: { ...checked, field: field.field } };
}

const ANY: Named<undefined> = { field: undefined, type: "any" };

/** `exists(span.attributes["k"])`, or the attribute alone. */
function checkPresence(reference: ReferenceSyntax, context: CheckContext): Predicate | undefined {
  if (functionOf(reference) !== "exists" || reference.args === undefined) {
    const named = checkSpanField(reference, context);
    if (!named) return undefined;
    if (named.type === "any") return { kind: "exists", field: named.field };
    context.report({
      code: "syntax",
      message: `${quote(context, reference.place)} must be compared with something`,
      place: reference.place,
      expected: ["an operator (== != < <= > >= in contains starts_with ends_with matches)"],
      hint: named.type === "duration" ? "span.duration > 500ms" : `${quote(context, reference.place)} == "..."`,
    });
    return undefined;
  }
  const [argument] = reference.args;
  if (reference.args.length !== 1 || argument === undefined || argument.kind !== "reference") {
    if (argument?.kind === "missing") return undefined;
    context.report({
      code: "syntax",
      message: "exists(...) takes one field",
      place: reference.place,
      expected: ["a field of the span"],
      hint: 'exists(span.attributes["k"])',
    });
    return undefined;
  }
  const named = checkSpanField(argument.reference, context);
  if (!named) return undefined;
  if (named.type === "any" || named.field.kind === "service") return { kind: "exists", field: named.field };
  context.report({
    code: "type_mismatch",
    message: `every span has ${quote(context, argument.place)}: exists(...) is always true`,
    place: reference.place,
    expected: ["span.attributes", "span.resource", "span.service"],
    hint: named.type === "string" ? `to ask whether it is set: ${quote(context, argument.place)} != ""` : undefined,
  });
  return undefined;
}
