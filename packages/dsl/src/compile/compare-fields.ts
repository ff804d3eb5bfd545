import type { AttributeScalar, AttributeValue } from "@betrace/contracts";
import type { Comparison } from "../rule.js";
import { compareNumbers, isNumber } from "./compare-values.js";

/**
 * Compares what two fields hold: types must agree, a missing value is false, and arrays hold where some pair of elements
 * does. Linear in the elements, not in the pairs: a trace from outside may hold two arrays of any length.
 */
export function compareHeld(
  left: AttributeValue | undefined,
  operator: Comparison,
  right: AttributeValue | undefined,
): boolean {
  if (left === undefined || right === undefined || left === null || right === null) return false;
  if (typeof left !== "object" && typeof right !== "object") return compareScalars(left, operator, right);
  const lefts = typeof left === "object" ? left : [left];
  const rights = typeof right === "object" ? right : [right];
  switch (operator) {
    case "==": {
      const known = new Set(lefts.map(keyOf));
      return rights.some((value) => isComparable(value) && known.has(keyOf(value)));
    }
    case "!=":
      return someDiffer(lefts, rights);
    case "<":
    case "<=":
      return compareExtremes(extreme(lefts, "<"), operator, extreme(rights, ">"));
    case ">":
    case ">=":
      return compareExtremes(extreme(lefts, ">"), operator, extreme(rights, "<"));
    default:
      return operator satisfies never;
  }
}

function compareScalars(left: AttributeScalar, operator: Comparison, right: AttributeScalar): boolean {
  if (left === null || right === null) return false;
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, operator, right);
  if (typeof left !== typeof right) return false;
  return operator === "==" ? left === right : operator === "!=" ? left !== right : false;
}

/** Equal values, and only they, have the same key: an integer is the same as the double of its value. */
function keyOf(value: AttributeScalar): string {
  if (typeof value === "number" && Number.isInteger(value)) return `number ${BigInt(value)}`;
  return `${isNumber(value) ? "number" : typeof value} ${value}`;
}

function typeOf(value: AttributeScalar): string {
  return isNumber(value) ? "number" : typeof value;
}

/** NaN and null compare with nothing. */
function isComparable(value: AttributeScalar): boolean {
  return value !== null && !Number.isNaN(value);
}

/** Some pair of one type differs exactly when that type has two different values among both sides, and a value on each. */
function someDiffer(lefts: readonly AttributeScalar[], rights: readonly AttributeScalar[]): boolean {
  const seen = new Map<string, { left: boolean; right: boolean; keys: Set<string> }>();
  const look = (side: "left" | "right", values: readonly AttributeScalar[]) => {
    for (const value of values) {
      if (!isComparable(value)) continue;
      const type = typeOf(value);
      const entry = seen.get(type) ?? { left: false, right: false, keys: new Set<string>() };
      entry[side] = true;
      entry.keys.add(keyOf(value));
      seen.set(type, entry);
    }
  };
  look("left", lefts);
  look("right", rights);
  return [...seen.values()].some(({ left, right, keys }) => left && right && keys.size > 1);
}

function extreme(values: readonly AttributeScalar[], operator: "<" | ">"): number | bigint | undefined {
  let best: number | bigint | undefined;
  for (const value of values) {
    if (!isNumber(value) || Number.isNaN(value)) continue;
    if (best === undefined || compareNumbers(value, operator, best)) best = value;
  }
  return best;
}

function compareExtremes(
  left: number | bigint | undefined,
  operator: Comparison,
  right: number | bigint | undefined,
): boolean {
  return left !== undefined && right !== undefined && compareNumbers(left, operator, right);
}
