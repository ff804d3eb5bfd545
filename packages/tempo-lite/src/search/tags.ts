import { CompositeValue, type Scalar, type TraceRow } from "../store/model.js";
import type { Field } from "../traceql/ast.js";
import { fieldReader } from "../traceql/predicate.js";

/** What `scope` may say; those without attributes here (`event`, `link`, `instrumentation`) are taken and empty. */
export const TAG_SCOPES: ReadonlySet<string> = new Set([
  "",
  "none",
  "span",
  "resource",
  "intrinsic",
  "event",
  "link",
  "instrumentation",
]);

/** The intrinsics that queries understand here, in both spellings. */
export const INTRINSIC_TAGS: readonly string[] = [
  "duration",
  "kind",
  "name",
  "rootName",
  "rootServiceName",
  "span:duration",
  "span:id",
  "span:kind",
  "span:name",
  "span:parentID",
  "span:status",
  "span:statusMessage",
  "status",
  "statusMessage",
  "trace:duration",
  "trace:id",
  "trace:rootName",
  "trace:rootService",
  "traceDuration",
];

/** Keys of all attributes. Lists of keys are shared by many spans: each is looked at once. */
export function tagNames(rows: Iterable<TraceRow>): { readonly span: Set<string>; readonly resource: Set<string> } {
  const lists = { span: new Set<readonly string[]>(), resource: new Set<readonly string[]>() };
  for (const row of rows) {
    for (const span of row.spans) {
      lists.span.add(span.attributes.keys);
      lists.resource.add(span.resource.attributes.keys);
    }
  }
  const namesIn = (keys: ReadonlySet<readonly string[]>) => new Set([...keys].flat());
  return { span: namesIn(lists.span), resource: namesIn(lists.resource) };
}

/** One value, `tempopb.TagValue`. */
export interface TagValue {
  readonly type: "string" | "int" | "float" | "bool" | "keyword";
  readonly value: string;
}

const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  status: ["error", "ok", "unset"],
  kind: ["client", "consumer", "internal", "producer", "server", "unspecified"],
};
/** Tempo completes no ids, no durations and no nested-set numbers. */
const WITHOUT_VALUES: ReadonlySet<string> = new Set([
  "duration",
  "traceDuration",
  "span:id",
  "span:parentID",
  "trace:id",
  "nestedSetParent",
]);

/** The distinct values of a field, at most `limit`, sorted as text. */
export function tagValues(field: Field, rows: Iterable<TraceRow>, limit: number): TagValue[] {
  if (field.kind === "intrinsic") {
    const words = KEYWORDS[field.name];
    if (words !== undefined) return words.map((value) => ({ type: "keyword", value }));
    if (WITHOUT_VALUES.has(field.name)) return [];
  }
  const read = fieldReader(field);
  const values = new Set<Scalar>();
  for (const row of rows) {
    for (const span of row.spans) {
      const value = read(span, row);
      if (value === undefined || value === "") continue;
      if (value instanceof CompositeValue) for (const element of value.elements) values.add(element);
      else values.add(value);
    }
    if (values.size >= limit) break;
  }
  const found = [...values].map((value) => ({ type: typeOf(value), value: String(value) }));
  return found.sort((a, b) => (a.value < b.value ? -1 : 1)).slice(0, limit);
}

function typeOf(value: Scalar): TagValue["type"] {
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float";
  return typeof value === "boolean" ? "bool" : "string";
}
