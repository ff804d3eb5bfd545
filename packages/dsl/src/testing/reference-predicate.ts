import type { AttributeScalar, AttributeValue, Span, SpanField } from "@betrace/contracts";
import { RE2JS } from "re2js";
import type { Comparison, Literal, Predicate, Test } from "../rule.js";

/**
 * Whether a predicate holds of a span, written a second time from the language's definition (docs of the DSL), slowly and
 * plainly, to hold the compiler and the filters against.
 */
export function referenceHolds(predicate: Predicate, span: Span): boolean {
  switch (predicate.kind) {
    case "constant":
      return predicate.value;
    case "not":
      return !referenceHolds(predicate.operand, span);
    case "and":
      return predicate.operands.every((operand) => referenceHolds(operand, span));
    case "or":
      return predicate.operands.some((operand) => referenceHolds(operand, span));
    case "exists":
      return fieldValue(predicate.field, span) !== undefined;
    case "compare_fields":
      return elementsOf(predicate.left, span).some((left) =>
        elementsOf(predicate.right, span).some((right) => compares(left, predicate.operator, right)),
      );
    case "test":
      return elementsOf(predicate.test.field, span).some((element) => passes(predicate.test, element));
  }
}

interface Duration {
  readonly ns: bigint;
}
type Value = AttributeScalar | Duration;

function fieldValue(field: SpanField, span: Span): AttributeValue | Duration | undefined {
  switch (field.kind) {
    case "name":
    case "service":
    case "status":
    case "kind":
      return span[field.kind];
    case "status_message":
      return span.statusMessage;
    case "duration":
      return { ns: span.durationNs };
    case "attribute":
      return span.attributes.get(field.key);
    case "resource":
      return span.resource.get(field.key);
  }
}

function elementsOf(field: SpanField, span: Span): readonly Value[] {
  const value = fieldValue(field, span);
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as Value];
}

function passes(test: Test<SpanField>, value: Value): boolean {
  switch (test.kind) {
    case "compare":
      return compares(value, test.operator, literalValue(test.value));
    case "in":
      return test.values.some((literal) => compares(value, "==", literalValue(literal)));
    case "text":
      if (typeof value !== "string") return false;
      return test.operator === "contains"
        ? value.includes(test.value)
        : test.operator === "starts_with"
          ? value.startsWith(test.value)
          : value.endsWith(test.value);
    case "matches":
      return typeof value === "string" && RE2JS.compile(test.pattern).matcher(value).find();
  }
}

function literalValue(literal: Literal): Value {
  return literal.kind === "duration" ? { ns: literal.ns } : literal.value;
}

function compares(left: Value, operator: Comparison, right: Value): boolean {
  const ordered = isNumber(left) && isNumber(right);
  if (ordered) return order(left, operator, right);
  if (isDuration(left) && isDuration(right)) return order(left.ns, operator, right.ns);
  const alike = typeof left === typeof right && (typeof left === "string" || typeof left === "boolean");
  return alike && (operator === "==" ? left === right : operator === "!=" && left !== right);
}

function isNumber(value: Value): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isDuration(value: Value): value is Duration {
  return typeof value === "object" && value !== null;
}

/** JavaScript's own order of a bigint and a number is exact (`1n === 1` is not); NaN compares with nothing. */
function order(left: number | bigint, operator: Comparison, right: number | bigint): boolean {
  switch (operator) {
    case "==":
      return left >= right && left <= right;
    case "!=":
      return left < right || left > right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}
