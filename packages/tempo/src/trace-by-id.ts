import { countedSpans, type Span, type SpanField, type Trace } from "@betrace/contracts";
import { wholeBody } from "./client/body.js";
import type { GetOptions, Meter, TempoClient } from "./client/client.js";
import { TempoError } from "./client/error.js";
import { decodeTraceJson } from "./decode/otlp-json.js";
import { decodeTraceProtobuf, type TraceAnswer } from "./decode/otlp-protobuf.js";
import { EVERYTHING, type Wanted, wantedBy } from "./decode/otlp-span.js";

export interface TraceByIdRequest {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  readonly spanFields: readonly SpanField[];
  readonly signal: AbortSignal;
  readonly meter: Meter;
}

/**
 * The whole trace, or undefined if Tempo knows none of this id. A trace that Tempo cut to its size limit throws
 * `too_large`: it is not an answer; so does one of more than `maxSpansPerTrace` spans. Costs Tempo a row group, about 20 ms: thousands of times more than its share of a search.
 * If a client and a server span share an id (Zipkin), Tempo gives the server span another id here than in search.
 */
export async function readTraceById(client: TempoClient, request: TraceByIdRequest): Promise<Trace | undefined> {
  const { maxSpansPerTrace } = client.options;
  const answer = await fetchTrace(client, request, wantedBy(request.spanFields), maxSpansPerTrace);
  if (answer === undefined) return undefined;
  const { spans, partial, message } = answer;
  if (partial) {
    throw new TempoError(
      "too_large",
      `Tempo returned a part of it: ${message || "PARTIAL"}. Raise max_bytes_per_trace`,
      { retryable: false, what: "response" },
    );
  }
  if (spans.length === 0) return undefined;
  return { traceId: request.traceId, spans: countedSpans(spans), complete: true };
}

/** A trace to look at: every span and attribute that Tempo gives, our own spans included. */
export interface ShownTrace {
  readonly spans: readonly Span[];
  /** Why it is not all of the trace; undefined if it is. */
  readonly cut: string | undefined;
}

/**
 * The trace as it is stored, or as much of it as Tempo gives; undefined if it knows none of this id. For people, not
 * for verdicts. Throws `too_large` for one of more than `maxSpansPerTrace` spans or `maxResponseBytes`.
 */
export async function readTraceToShow(
  client: TempoClient,
  request: { readonly traceId: string; readonly signal: AbortSignal },
): Promise<ShownTrace | undefined> {
  const answer = await fetchTrace(client, request, EVERYTHING, client.options.maxSpansPerTrace);
  if (answer === undefined || answer.spans.length === 0) return undefined;
  const { spans, partial, message } = answer;
  return { spans, cut: partial ? message || "Tempo returned a part of this trace" : undefined };
}

async function fetchTrace(
  client: TempoClient,
  { traceId, ...asked }: GetOptions & { readonly traceId: string },
  wanted: Wanted,
  maxSpans: number,
): Promise<TraceAnswer | undefined> {
  // No start and end: they would lose fragments outside of them.
  const open = (contentType: string) => {
    const decode = contentType.includes("protobuf") ? decodeTraceProtobuf : decodeTraceJson;
    return wholeBody((body) => decode(body, wanted, maxSpans));
  };
  return client.read(`/api/v2/traces/${traceId}`, undefined, asked, open).catch((error: unknown) => {
    if (error instanceof TempoError && error.status === 404) return undefined;
    throw error;
  });
}
