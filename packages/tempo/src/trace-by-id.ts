import type { SpanField, Trace } from "@betrace/contracts";
import type { Meter, TempoClient } from "./client/client.js";
import { TempoError } from "./client/error.js";
import { decodeTraceJson } from "./decode/otlp-json.js";
import { decodeTraceProtobuf } from "./decode/otlp-protobuf.js";
import { wantedBy } from "./decode/otlp-span.js";
import { withoutCopiesAndOwnSpans } from "./join.js";

export interface TraceByIdRequest {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  readonly spanFields: readonly SpanField[];
  readonly signal: AbortSignal;
  readonly meter: Meter;
}

/**
 * The whole trace, or undefined where Tempo knows none of this id. A trace that Tempo cut to its size limit throws
 * `too_large`: it is not an answer. Costs Tempo a row group, about 20 ms: thousands of times more than its share of a search.
 * Where a client and a server span share an id (Zipkin), Tempo gives the server span another id here than in search.
 */
export async function readTraceById(client: TempoClient, request: TraceByIdRequest): Promise<Trace | undefined> {
  // No start and end: they would lose fragments outside of them.
  const answer = await client.get(`/api/v2/traces/${request.traceId}`, undefined, request).catch((error: unknown) => {
    if (error instanceof TempoError && error.status === 404) return undefined;
    throw error;
  });
  if (answer === undefined) return undefined;
  const decode = answer.contentType.includes("protobuf") ? decodeTraceProtobuf : decodeTraceJson;
  const { spans, partial, message } = decode(answer.body, wantedBy(request.spanFields));
  if (partial) {
    throw new TempoError(
      "too_large",
      `Expected the whole trace ${request.traceId}, Tempo returned a part of it: ${message || "PARTIAL"}. Raise max_bytes_per_trace.`,
      { retryable: false, what: "response" },
    );
  }
  if (spans.length === 0) return undefined;
  return { traceId: request.traceId, spans: withoutCopiesAndOwnSpans(spans), complete: true };
}
