import type { SpanField } from "@betrace/contracts";
import { MAX_EQUALITIES } from "../limits.js";
import type { Comparison } from "../rule.js";
import { both, EVERY_SPAN, either, type Filter, type FilterTerm, NO_SPAN } from "./filter.js";
import {
  attributeName,
  doubleLiteral,
  durationLiteral,
  integerLiteral,
  isComparableText,
  quoteString,
} from "./literals.js";
import { afterPrefix, listPattern } from "./patterns.js";

/** A field of a span in TraceQL; `attribute` fields may be missing, of any type, or arrays. Undefined: no query can name it. */
export type TraceqlField =
  | { readonly kind: "text"; readonly left: string }
  | { readonly kind: "service"; readonly left: string }
  | { readonly kind: "word"; readonly left: string }
  | { readonly kind: "duration" }
  | { readonly kind: "attribute"; readonly left: string; readonly column: "string" | "int" | undefined };

/**
 * Attributes that Tempo's block format keeps in columns of one type (vparquet4 `WellKnownColumnLookups`). There `!= nil`
 * sees only values of that type; others lie with the ordinary attributes.
 */
const COLUMNS: ReadonlyMap<string, "string" | "int"> = new Map([
  ["span http.status_code", "int"],
  ["span http.method", "string"],
  ["span http.url", "string"],
  ["resource service.name", "string"],
  ["resource cluster", "string"],
  ["resource namespace", "string"],
  ["resource pod", "string"],
  ["resource container", "string"],
  ["resource k8s.cluster.name", "string"],
  ["resource k8s.namespace.name", "string"],
  ["resource k8s.pod.name", "string"],
  ["resource k8s.container.name", "string"],
]);

/**
 * `service.name`, of which Tempo has a column that is never empty: of a resource without one, or with one that is no string, it
 * holds `""`. One condition of a query that asks for numbers or booleans there makes the other conditions see the number (seen on
 * 2.10.8: `resource.service.name != "a"` then misses a resource whose name is 7). So only strings are asked for.
 */
const SERVICE_ATTRIBUTE = 'resource."service.name"';

/** A number or a boolean, whichever, is held by the field: for an attribute of which Tempo is asked for strings only. */
export function holdsNoString(left: string): Filter | undefined {
  return left === SERVICE_ATTRIBUTE ? stringTerm(left, "=", "") : undefined;
}

/** How TraceQL names the field. */
export function traceqlField(field: SpanField): TraceqlField | undefined {
  switch (field.kind) {
    case "name":
      return { kind: "text", left: "name" };
    case "status_message":
      return { kind: "text", left: "statusMessage" };
    case "service":
      return { kind: "service", left: "resource.service.name" };
    case "status":
    case "kind":
      return { kind: "word", left: field.kind };
    case "duration":
      return { kind: "duration" };
    case "attribute":
    case "resource": {
      const scope = field.kind === "attribute" ? "span" : "resource";
      const left = attributeName(scope, field.key);
      return left === undefined ? undefined : { kind: "attribute", left, column: COLUMNS.get(`${scope} ${field.key}`) };
    }
  }
}

/** A comparison with a string; `pattern` for the regular-expression operators. */
export function stringTerm(left: string, operator: FilterTerm["operator"], text: string): FilterTerm {
  return { kind: "term", left, operator, right: quoteString(text), literal: "string" };
}

/** A comparison with one of TraceQL's words: `error`, `server`, `true`. */
export function wordTerm(left: string, operator: "=" | "!=", word: string, literal: "word" | "boolean"): FilterTerm {
  return { kind: "term", left, operator, right: word, literal };
}

/** The attribute holds a string, or an array with one. */
export function holdsString(left: string): Filter {
  return stringTerm(left, ">=", "");
}

/**
 * The attribute is there. What TraceQL cannot see at all counts as missing: an empty value, bytes, a map, an empty array, an
 * array of mixed types (seen on 2.10.8 and 3.0.3; nor can `select` project them).
 */
export function isPresent(field: TraceqlField & { readonly kind: "attribute" }): Filter {
  const { left, column } = field;
  if (left === SERVICE_ATTRIBUTE) return EVERY_SPAN;
  const present: FilterTerm = { kind: "term", left, operator: "!=", right: "nil", literal: "nil" };
  if (column === undefined) return present;
  const other = column === "int" ? [holdsString(left)] : everyInteger(left);
  const booleans = [wordTerm(left, "=", "true", "boolean"), wordTerm(left, "=", "false", "boolean")];
  // `!=` for NaN, which is present, but neither below nor above anything.
  const notANumber: FilterTerm = { kind: "term", left, operator: "!=", right: doubleLiteral(0), literal: "double" };
  return either([present, ...other, ...doubles(left, ">=", 0), ...doubles(left, "<", 0), notANumber, ...booleans]);
}

/** A string attribute that equals, or holds an element that equals or differs from, the text. */
export function stringComparison(left: string, operator: "==" | "!=", text: string): Filter {
  if (!isComparableText(text)) return holdsString(left);
  if (operator === "==") return stringTerm(left, "=", text);
  // Not `!=`: of an array, Tempo 3 asks it of all elements, 2 of some.
  return either([stringTerm(left, "<", text), stringTerm(left, ">", text)]);
}

/**
 * A string attribute, or an element of it, that starts with the text: a range, for patterns on attributes may fail (see
 * {@link withoutPatterns}).
 */
export function startsWith(left: string, prefix: string): Filter {
  const end = afterPrefix(prefix);
  const start = stringTerm(left, ">=", prefix);
  return end === undefined ? start : both([start, stringTerm(left, "<", end)]);
}

/** A string attribute that is, or holds an element that is, one of the texts. */
export function isOneOf(left: string, texts: readonly string[]): Filter {
  if (!texts.every(isComparableText)) return holdsString(left);
  if (texts.length > MAX_EQUALITIES) return stringTerm(left, "=~", listPattern(texts));
  return either(texts.map((text) => stringTerm(left, "=", text)));
}

/**
 * A number attribute compared by value with an integer or a decimal. TraceQL's numbers are typed: an integer literal finds
 * only integers, a decimal one only doubles, so both are asked, each with the bound that is exact in its type.
 */
export function numberComparison(left: string, operator: Comparison, value: bigint | number): Filter {
  return either([...integersComparedWith(left, operator, value), ...doublesComparedWith(left, operator, value)]);
}

function integersComparedWith(left: string, operator: Comparison, value: bigint | number): readonly FilterTerm[] {
  if (typeof value === "bigint") return integers(left, operator, value);
  if (Number.isInteger(value)) return integers(left, operator, BigInt(value));
  switch (operator) {
    case "==":
      return [];
    case "!=":
      return everyInteger(left);
    case "<":
    case "<=":
      return integers(left, "<=", BigInt(Math.floor(value)));
    case ">":
    case ">=":
      return integers(left, ">=", BigInt(Math.ceil(value)));
  }
}

const INT64_MIN = -(2n ** 63n);

function integers(left: string, operator: Comparison, value: bigint): readonly FilterTerm[] {
  if (value === INT64_MIN) return integersComparedWithLeast(left, operator);
  const right = integerLiteral(value);
  if (right !== undefined) return comparisons(left, operator, right, "int");
  const below = value < 0n;
  const all = operator === "!=" || (below ? operator.startsWith(">") : operator.startsWith("<"));
  return all ? everyInteger(left) : [];
}

/** The least integer has no digits of its own in TraceQL, only a name (`minInt`); its neighbour says the same. */
function integersComparedWithLeast(left: string, operator: Comparison): readonly FilterTerm[] {
  switch (operator) {
    case "<":
      return [];
    case "==":
    case "<=":
      return integers(left, "<", INT64_MIN + 1n);
    case "!=":
    case ">":
      return integers(left, ">=", INT64_MIN + 1n);
    case ">=":
      return everyInteger(left);
  }
}

function everyInteger(left: string): readonly FilterTerm[] {
  return [...integers(left, "<", 0n), ...integers(left, ">=", 0n)];
}

function doublesComparedWith(left: string, operator: Comparison, value: bigint | number): readonly FilterTerm[] {
  if (typeof value === "number") return doubles(left, operator, value);
  const nearest = Number(value);
  const exact = BigInt(nearest);
  if (exact === value) return doubles(left, operator, nearest);
  // No double equals the integer, and none lies between it and the nearest one.
  switch (operator) {
    case "==":
      return [];
    case "!=":
      return [...doubles(left, "!=", nearest), ...doubles(left, "==", nearest)];
    case "<":
    case "<=":
      return doubles(left, exact < value ? "<=" : "<", nearest);
    case ">":
    case ">=":
      return doubles(left, exact > value ? ">=" : ">", nearest);
  }
}

function doubles(left: string, operator: Comparison, value: number): readonly FilterTerm[] {
  return comparisons(left, operator, doubleLiteral(value), "double");
}

function comparisons(
  left: string,
  operator: Comparison,
  right: string,
  literal: "int" | "double",
): readonly FilterTerm[] {
  // Not `!=`: of an array, Tempo 3 asks it of all elements. NaN, which it would find, is below and above nothing here either.
  if (operator === "!=") return [...comparisons(left, "<", right, literal), ...comparisons(left, ">", right, literal)];
  return [{ kind: "term", left, operator: operator === "==" ? "=" : operator, right, literal }];
}

/**
 * The span's duration compared with nanoseconds. A bare `duration > 1s` is first held against the statistics of whole Parquet
 * pages, and one span that ends before it starts (its duration is stored as 2^64 - x) turns those around, so that all other
 * spans of its page are missed (seen on 2.10.8 and 3.0.3). Beside `duration != nil` every page is read, and each span judged; that costs
 * nothing measurable. A span that ends before it starts has a duration of zero here and a negative one there.
 */
export function durationComparison(operator: Comparison, ns: bigint): Filter {
  const zeroPasses = compareBigints(0n, operator, ns);
  const right = durationLiteral(ns);
  if (right === undefined) return operator === "!=" || operator.startsWith("<") === ns > 0n ? EVERY_SPAN : NO_SPAN;
  if (zeroPasses && (operator === ">" || operator === ">=")) return EVERY_SPAN;
  const spelled = operator === "==" ? (zeroPasses ? "<=" : "=") : operator;
  return both([
    { kind: "term", left: "duration", operator: "!=", right: "nil", literal: "nil" },
    { kind: "term", left: "duration", operator: spelled, right, literal: "duration" },
  ]);
}

/** Holds two integers against each other. */
export function compareBigints(left: bigint, operator: Comparison, right: bigint): boolean {
  switch (operator) {
    case "==":
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
  }
}
