import type { AttributeValue, SpanField, SpanKind, SpanStatus } from "@betrace/contracts";
import { VIOLATION_MARKER_ATTRIBUTE } from "@betrace/contracts";

/** Which attributes of a whole trace are kept. */
export interface Wanted {
  readonly attributes: ReadonlySet<string>;
  readonly resource: ReadonlySet<string>;
}

/** The attributes that these fields read, and the marker of our own spans. */
export function wantedBy(fields: readonly SpanField[]): Wanted {
  const keys = (kind: "attribute" | "resource") => fields.flatMap((field) => (field.kind === kind ? [field.key] : []));
  return {
    attributes: new Set([...keys("attribute"), VIOLATION_MARKER_ATTRIBUTE]),
    resource: new Set([...keys("resource"), "service.name"]),
  };
}

/** `Span.SpanKind` of opentelemetry-proto trace/v1, by number. */
const KINDS: readonly SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];
/** `Status.StatusCode`, likewise. */
const STATUSES: readonly SpanStatus[] = ["unset", "ok", "error"];

export const kindOf = (number: number): SpanKind => KINDS[number] ?? "unspecified";
export const statusOf = (number: number): SpanStatus => STATUSES[number] ?? "unset";

/**
 * Whether search sees this value. Tempo stores bytes, maps, empty arrays and arrays of mixed or nested types where no
 * TraceQL condition or `select` reaches them, and only the trace by id shows them (seen on 2.10.8 and 3.0.3). Such values are
 * left out on every path, so that a verdict does not depend on the way a trace was read.
 */
export function visibleToSearch(value: AttributeValue): boolean {
  if (value === null) return false;
  if (!isArray(value)) return true;
  const [first] = value;
  if (first === undefined || first === null) return false;
  return value.every((element) => kindOfScalar(element) === kindOfScalar(first));
}

const isArray = (value: AttributeValue): value is readonly (string | number | bigint | boolean | null)[] =>
  Array.isArray(value);

// Integers and doubles cannot be told apart once decoded; a mixture of both stays visible here and is not in search.
const kindOfScalar = (value: unknown): string =>
  value === null ? "null" : typeof value === "bigint" ? "number" : typeof value;
