import { type Span, type SpanStatus, VIOLATION_MARKER_ATTRIBUTE } from "./trace.js";

/**
 * The spans that take part in a verdict: not those that BeTrace wrote itself, and of copies of one span (same id and
 * kind, as at-least-once ingest makes them) the one that {@link isBetterCopy} chooses. Gives the same array back if
 * nothing has to go, which is nearly always.
 */
export function countedSpans(spans: readonly Span[]): readonly Span[] {
  const ids = new Set<string>();
  for (const span of spans) {
    if (span.attributes.has(VIOLATION_MARKER_ATTRIBUTE)) return sift(spans);
    ids.add(span.spanId);
  }
  return ids.size === spans.length ? spans : sift(spans);
}

function sift(spans: readonly Span[]): readonly Span[] {
  const kept = new Map<string, Span>();
  for (const span of spans) {
    if (span.attributes.has(VIOLATION_MARKER_ATTRIBUTE)) continue;
    const key = `${span.spanId} ${span.kind}`;
    const other = kept.get(key);
    if (other === undefined || isBetterCopy(span, other, textOf)) kept.set(key, span);
  }
  return kept.size === spans.length ? spans : [...kept.values()];
}

/** What tells copies of a span apart, stored or read. */
export interface SpanCopy {
  readonly startNs: bigint;
  /** Zero if the end is missing, or lies before the start. */
  readonly durationNs: bigint;
  readonly status: SpanStatus;
  readonly attributes: { readonly size: number };
}

const MOST_TELLING: readonly SpanStatus[] = ["unset", "ok", "error"];

/**
 * Whether a copy of a span counts instead of another. A finished span wins over a snapshot that was sent while it ran;
 * then the earlier, the longer, the one that says more. At last `textOf` decides, so that the order in which copies
 * come never does.
 */
export function isBetterCopy<Copy extends SpanCopy>(copy: Copy, other: Copy, textOf: (copy: Copy) => string): boolean {
  const isFinished = copy.durationNs > 0n;
  if (isFinished !== other.durationNs > 0n) return isFinished;
  if (copy.startNs !== other.startNs) return copy.startNs < other.startNs;
  if (copy.durationNs !== other.durationNs) return copy.durationNs > other.durationNs;
  const status = MOST_TELLING.indexOf(copy.status) - MOST_TELLING.indexOf(other.status);
  if (status !== 0) return status > 0;
  if (copy.attributes.size !== other.attributes.size) return copy.attributes.size > other.attributes.size;
  return textOf(copy) < textOf(other);
}

function textOf({ name, statusMessage, service, parentSpanId, attributes, resource }: Span): string {
  return [name, statusMessage, service, parentSpanId, ...listed(attributes), ...listed(resource)].join("\n");
}

const listed = (values: ReadonlyMap<string, unknown>): readonly string[] =>
  [...values].map(([key, value]) => `${key} ${typeof value} ${String(value)}`).sort();
