import type { AttributeScalar, AttributeValue } from "@betrace/contracts";
import type { Comparison, Literal, TextOperator } from "../rule.js";

/** True or false of one scalar; a scalar of another type than the test's is false. */
export type ScalarTest = (value: AttributeScalar) => boolean;

/** `==` and its kin against a literal. Of strings and booleans only equality holds; durations never equal an attribute. */
export function compareWith(operator: Comparison, literal: Literal): ScalarTest {
  switch (literal.kind) {
    case "string":
    case "boolean": {
      const { value: wanted } = literal;
      const type = typeof wanted;
      if (operator === "==") return (value) => value === wanted;
      if (operator === "!=") return (value) => typeof value === type && value !== wanted;
      return () => false;
    }
    case "integer":
    case "decimal":
      return compareNumberWith(operator, asPlainNumber(literal.value));
    case "duration":
      return () => false;
    default:
      return literal satisfies never;
  }
}

/** `in [...]`: equal to one of them. */
export function isOneOf(literals: readonly Literal[]): ScalarTest {
  const exact = new Set<AttributeScalar>();
  const numbers: ScalarTest[] = [];
  for (const literal of literals) {
    if (literal.kind === "string" || literal.kind === "boolean") exact.add(literal.value);
    else numbers.push(compareWith("==", literal));
  }
  if (numbers.length === 0) return (value) => exact.has(value);
  return (value) => exact.has(value) || numbers.some((equals) => equals(value));
}

/** Substring tests; false of anything but a string. */
export function textTest(operator: TextOperator, wanted: string): ScalarTest {
  switch (operator) {
    case "contains":
      return (value) => typeof value === "string" && value.includes(wanted);
    case "starts_with":
      return (value) => typeof value === "string" && value.startsWith(wanted);
    case "ends_with":
      return (value) => typeof value === "string" && value.endsWith(wanted);
    default:
      return operator satisfies never;
  }
}

/** Holds a scalar test against what a field has: a missing value is false, an array holds where an element does. */
export function holdsOf(value: AttributeValue | undefined, test: ScalarTest): boolean {
  if (value === undefined || value === null) return false;
  return typeof value === "object" ? value.some(test) : test(value);
}

/** A number where that is exact, so that the common comparison is one of two doubles. */
function asPlainNumber(value: bigint | number): bigint | number {
  if (typeof value === "number") return value;
  const plain = Number(value);
  return Number.isSafeInteger(plain) ? plain : value;
}

/**
 * Numbers compare by value. `<` and `>` between a bigint and a double are exact in JavaScript (ECMA-262 "IsLessThan"), and
 * NaN is neither below nor above anything; so `!=` is false of NaN, like every comparison.
 */
function compareNumberWith(operator: Comparison, wanted: bigint | number): ScalarTest {
  switch (operator) {
    case "==":
      return (value) => isNumber(value) && value >= wanted && value <= wanted;
    case "!=":
      return (value) => isNumber(value) && (value < wanted || value > wanted);
    case "<":
      return (value) => isNumber(value) && value < wanted;
    case "<=":
      return (value) => isNumber(value) && value <= wanted;
    case ">":
      return (value) => isNumber(value) && value > wanted;
    case ">=":
      return (value) => isNumber(value) && value >= wanted;
    default:
      return operator satisfies never;
  }
}

/** Compares two numbers of any size, exactly. */
export function compareNumbers(left: bigint | number, operator: Comparison, right: bigint | number): boolean {
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
    default:
      return operator satisfies never;
  }
}

/** True of the two kinds of number that an attribute can hold. */
export function isNumber(value: AttributeScalar): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
