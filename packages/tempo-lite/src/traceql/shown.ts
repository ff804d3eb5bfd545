import { CompositeValue, type StoredSpan, type StoredValue, type TraceRow } from "../store/model.js";
import type { Field } from "./ast.js";
import type { Conditions } from "./conditions.js";
import { fieldReader } from "./predicate.js";
import { ownColumnType, type Seen } from "./seen.js";

/** A field that spans in an answer carry. */
export interface ShownField {
  /** The attribute's name in the answer. */
  readonly key: string;
  /** Whether this is the span's name, which has a field of its own. */
  readonly isName: boolean;
  /** What this span shows; undefined for nothing. */
  read(span: StoredSpan, row: TraceRow): ShownValue | undefined;
}

/** What an answer can say: a scalar, or the elements of an array. */
export type ShownValue = Exclude<StoredValue, CompositeValue> | readonly Exclude<StoredValue, CompositeValue>[];

/** Read for every answer and shown in fields of their own, so never as attributes. */
const NEVER_ATTRIBUTES: ReadonlySet<string> = new Set([
  "duration",
  "traceDuration",
  "rootName",
  "rootServiceName",
  "trace:id",
  "span:id",
]);

/** A span shows every field that the query read of it: with the values the conditions accepted, or whole when selected. */
export function shownFields(conditions: Conditions, seen: Seen): ShownField[] {
  const fields = new Map<string, { field: Field; selected: boolean }>();
  for (const { field } of conditions.first) fields.set(field.text, { field, selected: false });
  for (const field of conditions.selected) fields.set(field.text, { field, selected: true });
  return [...fields.values()]
    .filter(({ field }) => field.kind === "attribute" || !NEVER_ATTRIBUTES.has(field.name))
    .map(({ field, selected }) => (selected ? whole(field) : accepted(field, seen)));
}

function accepted(field: Field, seen: Seen): ShownField {
  if (seen.wants(field) && ownColumnType(field) !== undefined) return whole(field);
  const read = fieldReader(field);
  const visible = seen.of(field);
  return {
    ...labelOf(field),
    read(span, row) {
      const value = read(span, row);
      if (value instanceof CompositeValue) return elements(value.elements.filter(visible.element));
      return value !== undefined && visible.alone(value) ? value : undefined;
    },
  };
}

function whole(field: Field): ShownField {
  const read = fieldReader(field);
  return {
    ...labelOf(field),
    read(span, row) {
      const value = inOwnColumn(field, read(span, row));
      return value instanceof CompositeValue ? elements(value.elements) : value;
    },
  };
}

/** What is read of a field whatever it holds: an attribute with a typed column of its own shows that column, the text "nil" where it is empty. */
export function inOwnColumn(field: Field, value: StoredValue | undefined): StoredValue | undefined {
  const own = ownColumnType(field);
  return own === undefined || typeof value === own ? value : "nil";
}

function elements(values: CompositeValue["elements"]): ShownValue | undefined {
  return values.length > 1 ? values : values[0];
}

function labelOf(field: Field): { key: string; isName: boolean } {
  if (field.kind === "attribute") return { key: field.key, isName: false };
  return { key: field.name, isName: field.name === "name" };
}
