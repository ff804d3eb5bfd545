import type { Span, Trace } from "@betrace/contracts";
import type { NsRange } from "./range.js";
import { readSpans } from "./witnesses.js";
import type { Work } from "./work.js";

/** New ids count up from one; the spans of a trace are never more than this. */
const HIGHEST_NEW_ID = 0xff_ffffn;

/**
 * A trace read by id, with the span ids that were sent. If a server span shares its id with a client span (Zipkin),
 * Tempo gives it a small id of its own there, and the shared one as its parent (`trace_by_id_deduper.go`; 2.10.8 and
 * 3.0.3); copies of it get an id each. Search answers the true ids, so it is asked about a span that may be one of
 * these. Undefined if it does not answer for certain.
 */
export async function withOriginalIds(
  work: Work,
  trace: Trace,
  window: NsRange,
  signal: AbortSignal,
): Promise<Trace | undefined> {
  const clients = new Set(trace.spans.filter(({ kind }) => kind === "client").map(({ spanId }) => spanId));
  const mayBeNew = (span: Span): boolean =>
    span.kind === "server" && clients.has(span.parentSpanId) && BigInt(`0x${span.spanId}`) <= HIGHEST_NEW_ID;
  if (!trace.spans.some(mayBeNew)) return trace;
  const request = { window, traceIds: [trace.traceId], filter: "kind = server", fields: [], signal };
  const withParents = await readSpans(work, { ...request, withParent: true });
  const answer = withParents ?? (await readSpans(work, { ...request, withParent: false }));
  const sent = answer?.spans.get(trace.traceId);
  if (answer === undefined || sent === undefined || answer.gaps.length > 0 || answer.doubtful.has(trace.traceId)) {
    return undefined;
  }
  const place = (spanId: string, { startNs, durationNs }: Span) => `${spanId} ${startNs} ${durationNs}`;
  const servers = new Map(sent.filter(({ kind }) => kind === "server").map((span) => [place(span.spanId, span), span]));
  const spans = trace.spans.map((span) => {
    if (!mayBeNew(span) || servers.has(place(span.spanId, span))) return span;
    const original = servers.get(place(span.parentSpanId, span));
    if (original === undefined) return span;
    // Up to 2.7 search knows no parents; the client, which is what Tempo says here, makes the server no root at least.
    const parentSpanId = withParents === undefined ? span.parentSpanId : original.parentSpanId;
    return { ...span, spanId: original.spanId, parentSpanId };
  });
  return { ...trace, spans };
}
