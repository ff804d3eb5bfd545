import type { AttributeScalar, AttributeValue, SpanField, SpanKind, SpanStatus } from "@betrace/contracts";
import { VIOLATION_MARKER_ATTRIBUTE } from "@betrace/contracts";
import { isHiddenByColumn } from "../columns.js";

/** Which attributes of a whole trace are kept. */
export interface Wanted {
  readonly attributes: Keys;
  readonly resource: Keys;
}

/** Names of attributes. */
export interface Keys {
  has(key: string): boolean;
}

/** Every attribute. */
export const EVERYTHING: Wanted = { attributes: { has: () => true }, resource: { has: () => true } };

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
 * The value as search sees it, undefined if it does not. Tempo stores bytes, maps, empty arrays and arrays of mixed or
 * nested types where no TraceQL condition or `select` reaches them, and only the trace by id shows them; an array of one
 * element is stored as that element (seen on 2.10.8 and 3.0.3). Every path gives the same value, so that a verdict does not
 * depend on the way a trace was read.
 */
export function asSearchSees(
  scope: "span" | "resource",
  key: string,
  value: AttributeValue,
): AttributeValue | undefined {
  if (value === null || isHiddenByColumn(scope, key, value)) return undefined;
  if (!isArray(value)) return value;
  const [first] = value;
  if (first === undefined || value.some((element) => typeName(element) !== typeName(first))) return undefined;
  if (first === null) return undefined;
  return value.length === 1 ? first : value;
}

const isArray = (value: AttributeValue): value is readonly AttributeScalar[] => Array.isArray(value);

const typeName = (value: AttributeScalar): string =>
  value === null ? "null" : typeof value === "bigint" ? "number" : typeof value;

/** The service that a resource names. */
export function serviceOf(resource: ReadonlyMap<string, AttributeValue>): string | undefined {
  const service = resource.get("service.name");
  return typeof service === "string" ? service : undefined;
}

/** Removes an empty service name: Tempo's blocks cannot tell it from none, so that only data not yet in a block still shows it. */
export function withoutEmptyService<Values extends Map<string, AttributeValue>>(resource: Values): Values {
  if (resource.get("service.name") === "") resource.delete("service.name");
  return resource;
}

/**
 * What lies between two times of 64 bits without a sign, in nanoseconds. Zero if the end lies before the start or is
 * missing: Tempo computes with the same bits, and then they have wrapped around.
 */
export function durationOf(startNs: bigint, endNs: bigint): bigint {
  const durationNs = BigInt.asUintN(64, endNs - startNs);
  return durationNs >= WRAPPED_DURATION ? 0n : durationNs;
}

/** Durations from here on are negative ones that wrapped around in Tempo's uint64: the end lies before the start. */
export const WRAPPED_DURATION = 1n << 63n;
