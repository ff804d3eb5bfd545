import { countedSpans, type Span, type SpanRef, type Trace, type TraceFacts } from "@betrace/contracts";

/** A trace as expressions see it. Made once for a trace, however many rules decide it. */
export class TraceView {
  /** The spans that count. */
  readonly spans: readonly Span[];
  readonly #trace: Trace;
  #facts: TraceFacts | undefined;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.spans = countedSpans(trace.spans);
  }

  /** Undefined if the trace was projected without its facts: then nothing that compares a fact is true. */
  get facts(): TraceFacts | undefined {
    if (!this.#trace.complete) return this.#trace.facts;
    this.#facts ??= factsOf(this.spans);
    return this.#facts;
  }
}

/** The facts of a trace from all its spans; undefined of no spans. */
export function factsOf(spans: readonly Span[]): TraceFacts | undefined {
  const [first] = spans;
  if (first === undefined) return undefined;
  let startNs = first.startNs;
  let endNs = first.startNs + first.durationNs;
  const services = new Set<string>();
  for (const span of spans) {
    if (span.startNs < startNs) startNs = span.startNs;
    const spanEndNs = span.startNs + span.durationNs;
    if (spanEndNs > endNs) endNs = spanEndNs;
    if (span.service !== undefined) services.add(span.service);
  }
  const root = rootOf(spans);
  return {
    startNs,
    durationNs: endNs - startNs,
    spanCount: spans.length,
    serviceCount: services.size,
    root: root && { name: root.name, service: root.service },
  };
}

/** The span without a parent; the earliest where there are several, by id where these start together. */
export function rootOf(spans: readonly Span[]): Span | undefined {
  let root: Span | undefined;
  for (const span of spans) {
    if (span.parentSpanId === "" && (root === undefined || isEarlier(span, root))) root = span;
  }
  return root;
}

/** The order of spans in a verdict: by start, then by id, then by kind. */
export function isEarlier(span: Span, other: Span): boolean {
  if (span.startNs !== other.startNs) return span.startNs < other.startNs;
  if (span.spanId !== other.spanId) return span.spanId < other.spanId;
  return span.kind < other.kind;
}

/**
 * The span that a violation points at where no witness does: the root, else the earliest span. Undefined for a trace without
 * spans of its own. The trace must be complete.
 */
export function offendingSpanOf(trace: Trace): SpanRef | undefined {
  const spans = countedSpans(trace.spans);
  let chosen = rootOf(spans);
  if (chosen === undefined) {
    for (const span of spans) if (chosen === undefined || isEarlier(span, chosen)) chosen = span;
  }
  return chosen && refTo(chosen);
}

/** What a verdict says of a span. */
export function refTo({ spanId, startNs, durationNs, service, name }: Span): SpanRef {
  return { spanId, startNs, durationNs, service, name };
}
