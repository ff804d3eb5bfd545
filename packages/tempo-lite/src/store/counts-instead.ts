import { isBetterCopy, type SpanCopy } from "@betrace/contracts";
import { durationOf, type StoredSpan } from "./model.js";

const STATUSES = ["unset", "ok", "error"] as const;

/** Whether a span takes the place of its copy: the same choice as evaluation makes. */
export function countsInstead(span: StoredSpan, held: StoredSpan): boolean {
  return isBetterCopy(traitsOf(span), traitsOf(held), textOf);
}

interface Traits extends SpanCopy {
  readonly span: StoredSpan;
}

function traitsOf(span: StoredSpan): Traits {
  const status = STATUSES[span.statusCode] ?? "unset";
  const attributes = { size: new Set(span.attributes.keys).size };
  return { span, startNs: span.startNs, durationNs: durationOf(span), status, attributes };
}

function textOf({ span }: Traits): string {
  const { name, statusMessage, service, parentSpanId, attributes } = span;
  const listed = attributes.keys.map((key, at) => `${key} ${JSON.stringify(attributes.values[at], plain)}`).sort();
  return [name, statusMessage, service, parentSpanId, ...listed].join("\n");
}

const plain = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}n` : value);
