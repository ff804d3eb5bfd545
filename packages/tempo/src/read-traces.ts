import type { SpanField, Trace } from "@betrace/contracts";
import type { TempoClient } from "./client/client.js";
import { readWhole } from "./whole.js";
import { newWork } from "./work.js";

export interface ReadTracesRequest {
  /** 32 lower-case hex digits each. */
  readonly traceIds: readonly string[];
  /** Half-open, Unix nanoseconds; holds the first span's start of each trace. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Attributes to bring; names, services, parents, kinds, starts and durations come always. */
  readonly spanFields: readonly SpanField[];
  readonly signal: AbortSignal;
}

/**
 * Whole traces, to name the span that a violation without a witness points at. A trace that Tempo does not hold in full
 * (cut to its size limit, or deleted since) is not in the map. Throws `TempoError` where Tempo cannot be read.
 */
export async function readTraces(client: TempoClient, request: ReadTracesRequest): Promise<Map<string, Trace>> {
  const { traces } = await readWhole(newWork(client), {
    ...request,
    window: request,
    maxSpans: Number.POSITIVE_INFINITY,
  });
  return new Map(traces);
}
