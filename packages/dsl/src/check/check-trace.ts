import type { ArgumentSyntax, ExpressionSyntax, LiteralSyntax, ReferenceSyntax, TestSyntax } from "../parse/syntax.js";
import type { Place } from "../problem.js";
import type { CountBound, Predicate, TraceExpression } from "../rule.js";
import { type CheckContext, quote } from "./check-context.js";
import { checkTraceField } from "./check-field.js";
import { checkPredicate } from "./check-predicate.js";
import { checkTest } from "./check-test.js";
import { functionOf, levelOfReference } from "./levels.js";
import { checkLiteral, checkString } from "./literal.js";

/** What an expression says of a whole trace; undefined if a problem was reported. */
export function checkTraceExpression(expression: ExpressionSyntax, context: CheckContext): TraceExpression | undefined {
  if (isBareSpan(expression, context)) return reportBareSpan(expression, expression.place, context);
  switch (expression.kind) {
    case "missing":
      return undefined;
    case "constant":
      return { kind: "constant", value: expression.value };
    case "not": {
      const operand = checkTraceExpression(expression.operand, context);
      return operand && { kind: "not", operand };
    }
    case "and":
    case "or": {
      const operands = checkOperands(expression.operands, context);
      const known = operands.filter((operand) => operand !== undefined);
      return known.length === expression.operands.length ? { kind: expression.kind, operands: known } : undefined;
    }
    case "reference":
      return checkCall(expression.reference, context);
    case "test":
      return checkComparison(expression.left, expression.test, context);
    default:
      return expression satisfies never;
  }
}

/** Neighbours that are bare span comparisons get one error: they were most likely meant of one span. */
function checkOperands(operands: readonly ExpressionSyntax[], context: CheckContext): (TraceExpression | undefined)[] {
  const checked: (TraceExpression | undefined)[] = [];
  for (let at = 0; at < operands.length; ) {
    const first = operands[at];
    if (first === undefined) break;
    let end = at + 1;
    if (isBareSpan(first, context)) {
      let last = first;
      for (let next = operands[end]; next && isBareSpan(next, context); next = operands[end]) {
        last = next;
        end += 1;
      }
      for (const operand of operands.slice(at, end)) checkPredicate(operand, context);
      checked.push(reportBareSpan(undefined, { start: first.place.start, end: last.place.end }, context));
    } else {
      checked.push(checkTraceExpression(first, context));
    }
    at = end;
  }
  return checked;
}

function isBareSpan(expression: ExpressionSyntax, context: CheckContext): boolean {
  const { span, trace } = context.levelsOf(expression);
  return span && !trace;
}

function reportBareSpan(expression: ExpressionSyntax | undefined, place: Place, context: CheckContext): undefined {
  if (expression) checkPredicate(expression, context);
  context.report({
    code: "mixed_levels",
    message: "a span comparison stands beside trace-level conditions, and does not say of which spans",
    place,
    expected: ["trace.has(...)", "count(...)"],
    hint: `wrap it: trace.has(${quote(context, place)})`,
  });
  return undefined;
}

function checkCall(reference: ReferenceSyntax, context: CheckContext): TraceExpression | undefined {
  const name = reference.path.join(".");
  const called = functionOf(reference);
  if (called === undefined) {
    const field = checkTraceField(reference, context);
    if (!field) return undefined;
    context.report({
      code: "syntax",
      message: `${name} must be compared with something`,
      place: reference.place,
      expected: ["an operator (== != < <= > >= in contains starts_with ends_with matches)"],
      hint: field.type === "duration" ? `${name} > 5s` : field.type === "number" ? `${name} > 3` : `${name} == "..."`,
    });
    return undefined;
  }
  if (reference.args === undefined) return reportArguments(reference, context);
  if (called === "has") {
    const predicate = checkOnlyPredicate(reference, context);
    return predicate && { kind: "has", predicate };
  }
  if (called === "count") {
    const predicate = checkOnlyPredicate(reference, context);
    if (predicate) {
      context.report({
        code: "syntax",
        message: `${name}(...) is a number and must be compared with one`,
        place: reference.place,
        expected: ["a comparison (== != < <= > >=)"],
        hint: `${quote(context, reference.place)} > 3`,
      });
    }
    return undefined;
  }
  const [first, second, ...more] = reference.args;
  if (called === "exists" || first === undefined || second === undefined || more.length > 0) {
    return reportArguments(reference, context);
  }
  const subject = checkNamedOrPredicate(first, context);
  const other = checkNamedOrPredicate(second, context);
  return subject && other && { kind: called, subject, reference: other };
}

function checkComparison(left: ReferenceSyntax, test: TestSyntax, context: CheckContext): TraceExpression | undefined {
  const called = functionOf(left);
  if (called === "count" && left.args !== undefined) return checkCount(left, test, context);
  if (called !== undefined && left.args !== undefined) {
    context.report({
      code: "syntax",
      message: `${left.path.join(".")}(...) is true or false by itself and cannot be compared`,
      place: test.operatorPlace,
      expected: ['"and"', '"or"', "the end of the rule"],
      hint: "drop the comparison; put not in front to turn it round",
    });
    checkCall(left, context);
    return undefined;
  }
  const field = checkTraceField(left, context);
  if (test.kind === "compare_reference") {
    const span = levelOfReference(test.right).span;
    context.report({
      code: span ? "mixed_levels" : "type_mismatch",
      message: `${quote(context, left.place)} can be compared with a value only`,
      place: test.right.place,
      expected: ["a value"],
    });
    return undefined;
  }
  if (!field) return undefined;
  const checked = checkTest(field, test, quote(context, left.place), context);
  return checked && { kind: "fact", test: checked };
}

function checkCount(left: ReferenceSyntax, test: TestSyntax, context: CheckContext): TraceExpression | undefined {
  const predicate = checkOnlyPredicate(left, context);
  if (test.kind !== "compare" && test.kind !== "compare_reference") {
    context.report({
      code: "bad_operator",
      message: "a count is a number: it can only be compared",
      place: test.operatorPlace,
      expected: ["==", "!=", "<", "<=", ">", ">="],
    });
    return undefined;
  }
  const right = test.kind === "compare" ? checkBound(test.right, context) : checkOtherCount(test.right, context);
  return predicate && right && { kind: "count", predicate, operator: test.operator, right };
}

function checkBound(literal: LiteralSyntax, context: CheckContext): CountBound | undefined {
  const value = checkLiteral(literal, context.report);
  if (value === undefined || value.kind === "integer") return value;
  return reportBound(literal.place, context);
}

function checkOtherCount(reference: ReferenceSyntax, context: CheckContext): CountBound | undefined {
  if (functionOf(reference) !== "count" || reference.args === undefined) return reportBound(reference.place, context);
  const predicate = checkOnlyPredicate(reference, context);
  return predicate && { kind: "count", predicate };
}

function reportBound(place: Place, context: CheckContext): undefined {
  context.report({
    code: "type_mismatch",
    message: `a count cannot be compared with ${quote(context, place)}`,
    place,
    expected: ["an integer", "another count(...)"],
  });
  return undefined;
}

function checkOnlyPredicate(reference: ReferenceSyntax, context: CheckContext): Predicate | undefined {
  const [argument, ...more] = reference.args ?? [];
  if (argument === undefined || more.length > 0) return reportArguments(reference, context);
  if (argument.kind === "string") {
    context.report({
      code: "syntax",
      message: `${reference.path.join(".")}(...) takes a span predicate`,
      place: argument.place,
      expected: ["a span predicate"],
      hint: `span.name == ${quote(context, argument.place)}`,
    });
    return undefined;
  }
  return checkPredicate(argument, context);
}

/** `"data.access"` is short for `span.name == "data.access"`. */
function checkNamedOrPredicate(argument: ArgumentSyntax, context: CheckContext): Predicate | undefined {
  if (argument.kind !== "string") return checkPredicate(argument, context);
  const value = checkString(argument, context.report);
  if (value === undefined) return undefined;
  return {
    kind: "test",
    test: { kind: "compare", field: { kind: "name" }, operator: "==", value: { kind: "string", value } },
  };
}

const USAGE = {
  has: { takes: "a span predicate", example: 'trace.has(span.name == "checkout")' },
  count: { takes: "a span predicate", example: 'count(span.name == "retry") > 3' },
  before: { takes: "two span predicates", example: 'trace.has_before(span.name == "authz.check", "data.access")' },
  after: { takes: "two span predicates", example: 'trace.has_after(span.name == "audit.log", "data.access")' },
  exists: { takes: "one field", example: 'trace.has(exists(span.attributes["k"]))' },
} as const;

function reportArguments(reference: ReferenceSyntax, context: CheckContext): undefined {
  const usage = USAGE[functionOf(reference) ?? "has"];
  for (const argument of reference.args ?? []) if (argument.kind !== "string") checkPredicate(argument, context);
  context.report({
    code: "syntax",
    message: `${reference.path.join(".")} takes ${usage.takes}${reference.args?.length ? `, not ${reference.args.length}` : ""}`,
    place: reference.place,
    expected: [`${usage.takes} in parentheses`],
    hint: usage.example,
  });
  return undefined;
}
