import { RE2JS } from "re2js";
import type { Operand, Traceql, TraceqlField } from "./traceql-syntax.js";
import type { TypedScalar, TypedSpan, TypedValue } from "./typed-span.js";

/** The versions whose answers differ. */
export type TempoVersion = "2.10" | "3.0";

/**
 * Whether a span is found by `{ filter }` in Tempo, as its block format and engine decide it (vparquet4 `block_traceql.go`,
 * `pkg/traceql/ast_execute.go`, `ast_rewriter.go`; each rule below seen on 2.10.8 and 3.0.3):
 *
 * - Of an attribute only the values arrive that some condition of the query on it lets through, each asking one type's column
 *   only; of an array, these elements. A single element arrives as a scalar.
 * - Types must agree, integers and doubles compare as doubles, unless both are integers.
 * - A comparison with an array holds for some element; in 3.0 `!=` must hold for all of them.
 * - 3.0 joins neighbouring `=` (or `=~`) on one attribute into a list operation, which fails the query when it meets an array.
 */
export function evaluateTraceql(filter: Traceql, span: TypedSpan, version: TempoVersion): boolean {
  const conditions = conditionsOf(filter);
  const run = (each: Traceql): boolean => {
    switch (each.kind) {
      case "constant":
        return each.value;
      case "and":
        return run(each.left) && run(each.right);
      case "or":
        if (version === "3.0" && isList(each)) {
          const arrived = valuesOf(each, span, conditions);
          if (arrived.length > 1) throw new Error("500: array operators must consist of a scalar and an array operand");
        }
        return run(each.left) || run(each.right);
      case "comparison":
        return compare(each, span, conditions, version);
    }
  };
  return run(filter);
}

type Comparison = Traceql & { readonly kind: "comparison" };

function conditionsOf(filter: Traceql): readonly Comparison[] {
  switch (filter.kind) {
    case "constant":
      return [];
    case "comparison":
      return [filter];
    default:
      return [...conditionsOf(filter.left), ...conditionsOf(filter.right)];
  }
}

/** Whether 3.0's rewriter makes one list operation of this expression. */
function isList(filter: Traceql): boolean {
  if (filter.kind === "comparison") return filter.operator === "=" || filter.operator === "=~";
  if (filter.kind !== "or" || !isList(filter.left) || !isList(filter.right)) return false;
  const [left, right] = [conditionsOf(filter.left)[0], conditionsOf(filter.right)[0]];
  return (
    left !== undefined &&
    right !== undefined &&
    JSON.stringify(left.field) === JSON.stringify(right.field) &&
    left.operator === right.operator &&
    left.right.type === right.right.type
  );
}

function valuesOf(filter: Traceql, span: TypedSpan, conditions: readonly Comparison[]): readonly TypedScalar[] {
  const field = conditionsOf(filter)[0]?.field;
  return field === undefined || field.scope === "intrinsic" ? [] : arriving(field, span, conditions);
}

function arriving(field: TraceqlField, span: TypedSpan, conditions: readonly Comparison[]): readonly TypedScalar[] {
  const attributes = field.scope === "span" ? span.attributes : span.resource;
  const value: TypedValue | undefined = attributes.get(field.key);
  if (value === undefined) return [];
  const elements = value.type === "array" ? value.elements : [value];
  const asked = conditions.filter((each) => JSON.stringify(each.field) === JSON.stringify(field));
  return elements.filter((element) =>
    asked.some(
      ({ operator, right }) =>
        right.type === "nil" || (right.type === element.type && scalarHolds(element, operator, right)),
    ),
  );
}

function compare(
  filter: Comparison,
  span: TypedSpan,
  conditions: readonly Comparison[],
  version: TempoVersion,
): boolean {
  const { field, operator, right } = filter;
  if (field.scope === "resource" && field.key === "service.name") {
    // A column of strings, empty if the resource has no service name.
    return right.type === "nil" || scalarHolds({ type: "string", value: span.service ?? "" }, operator, right);
  }
  if (field.scope !== "intrinsic") {
    const column = field.scope === "span" ? COLUMNS.get(field.key) : undefined;
    const elements = arriving(field, span, conditions);
    if (right.type === "nil") return elements.some((element) => column === undefined || element.type === column);
    const all = version === "3.0" && (operator === "!=" || operator === "!~") && elements.length > 1;
    return all
      ? elements.every((element) => scalarHolds(element, operator, right))
      : elements.some((element) => scalarHolds(element, operator, right));
  }
  switch (field.key) {
    case "name":
      return scalarHolds({ type: "string", value: span.name }, operator, right);
    case "statusMessage":
      return scalarHolds({ type: "string", value: span.statusMessage }, operator, right);
    case "duration":
      if (right.type === "nil") return true;
      // Page statistics may be wrong (a negative duration is stored as a huge one); this condition makes every page be read.
      if (!conditions.some((each) => each.field.key === "duration" && each.right.type === "nil")) {
        throw new Error("a bare duration loses spans to page statistics");
      }
      return right.type === "duration" && numbersHold(span.durationNs, operator, right.value);
    default:
      return right.type === "word" && (span[field.key as "kind" | "status"] === right.value) === (operator === "=");
  }
}

/** Attributes of a type of their own, for which `!= nil` does not see other types. */
const COLUMNS: ReadonlyMap<string, TypedScalar["type"]> = new Map([
  ["http.status_code", "int"],
  ["http.method", "string"],
]);

function scalarHolds(left: TypedScalar, operator: string, right: Operand): boolean {
  switch (right.type) {
    case "string":
      return left.type === "string" && stringsHold(left.value, operator, right.value);
    case "int":
      if (left.type === "int") return numbersHold(left.value, operator, right.value);
      return left.type === "double" && numbersHold(left.value, operator, Number(right.value));
    case "double":
      return (left.type === "int" || left.type === "double") && numbersHold(Number(left.value), operator, right.value);
    case "boolean":
      return (
        left.type === "boolean" &&
        (operator === "=" || operator === "!=") &&
        numbersHold(Number(left.value), operator, Number(right.value))
      );
    default:
      return false;
  }
}

function numbersHold<N extends bigint | number>(left: N, operator: string, right: N): boolean {
  switch (operator) {
    case "=":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      return false;
  }
}

function stringsHold(left: string, operator: string, right: string): boolean {
  switch (operator) {
    case "=":
      return left === right;
    case "!=":
      return left !== right;
    case "=~":
      return regex(right).matches(left);
    case "!~":
      return !regex(right).matches(left);
    default: {
      const order = Buffer.compare(Buffer.from(left), Buffer.from(right));
      return numbersHold(order, operator, 0);
    }
  }
}

const compiled = new Map<string, RE2JS>();

/** Anchored, and `.` matches newlines: Prometheus' matcher. */
function regex(pattern: string): RE2JS {
  const known = compiled.get(pattern) ?? RE2JS.compile(pattern, RE2JS.DOTALL);
  compiled.set(pattern, known);
  return known;
}
