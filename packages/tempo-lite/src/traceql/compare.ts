import type { Scalar } from "../store/model.js";
import type { Comparison, Literal } from "./ast.js";
import { regexTest } from "./regex.js";

/** Whether a value satisfies `operator literal` once it has been read: numbers compare across int, double and duration; all else must be of one type. */
export function comparing(operator: Comparison, literal: Literal): (value: Scalar) => boolean {
  const { value: right } = literal;
  if (operator === "=~" || operator === "!~") {
    const test = regexTest(String(right));
    const wanted = operator === "=~";
    return (value) => typeof value === "string" && test(value) === wanted;
  }
  if (typeof right === "bigint") {
    const rightNumber = Number(right);
    return (value) => {
      if (typeof value === "bigint") return holds(operator, value < right ? -1 : value > right ? 1 : 0);
      return typeof value === "number" && holds(operator, order(value, rightNumber));
    };
  }
  if (typeof right === "number") {
    return (value) => {
      if (typeof value === "number") return holds(operator, order(value, right));
      return typeof value === "bigint" && holds(operator, order(Number(value), right));
    };
  }
  if (typeof right === "boolean") {
    return (value) => typeof value === "boolean" && holds(operator, value === right ? 0 : 1);
  }
  if (operator === "=") return (value) => value === right;
  if (operator === "!=") return (value) => typeof value === "string" && value !== right;
  return (value) => typeof value === "string" && holds(operator, orderUtf8(value, right));
}

/** As {@link comparing}, for two values of a span. */
export function comparesTo(operator: Comparison, left: Scalar, right: Scalar): boolean {
  if (
    typeof left === "string" ||
    typeof left === "boolean" ||
    typeof right === "string" ||
    typeof right === "boolean"
  ) {
    if (typeof left !== typeof right) return false;
    if (operator === "=") return left === right;
    if (operator === "!=") return left !== right;
    return typeof left === "string" && typeof right === "string" && holds(operator, orderUtf8(left, right));
  }
  if (typeof left === "bigint" && typeof right === "bigint") {
    return holds(operator, left < right ? -1 : left > right ? 1 : 0);
  }
  return holds(operator, order(Number(left), Number(right)));
}

/** NaN orders with nothing, and differs from everything. */
function order(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
}

function orderUtf8(left: string, right: string): number {
  return left === right ? 0 : Buffer.compare(Buffer.from(left, "utf8"), Buffer.from(right, "utf8"));
}

function holds(operator: Comparison, sign: number): boolean {
  switch (operator) {
    case "=":
      return sign === 0;
    case "!=":
      return sign !== 0;
    case ">":
      return sign > 0;
    case ">=":
      return sign >= 0;
    case "<":
      return sign < 0;
    case "<=":
      return sign <= 0;
    default:
      return false;
  }
}
