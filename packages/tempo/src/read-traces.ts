import type { SpanField, Trace } from "@betrace/contracts";
import type { TempoClient } from "./client/client.js";
import { SCANS_SIDE_BY_SIDE } from "./limits.js";
import { SpanRoom } from "./span-room.js";
import { TooDense } from "./too-dense.js";
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
  /** Takes some of the traces at a time, so that they need not all be in memory. */
  readonly onTraces: (traces: readonly Trace[]) => void;
}

/**
 * Whole traces, to name the span that a violation without a witness points at. Returns why the others are not among them, by
 * trace id: Tempo does not hold them in full (cut to its size limit, or deleted since), or they are too large. Throws `TempoError`
 * where Tempo cannot be read.
 */
export async function readTraces(
  client: TempoClient,
  request: ReadTracesRequest,
): Promise<ReadonlyMap<string, string>> {
  const { maxSpansInMemory } = client.options;
  const work = newWork(client);
  const unread = new Map<string, string>();
  const todo: (readonly string[])[] = [request.traceIds];
  for (let traceIds = todo.pop(); traceIds !== undefined; traceIds = todo.pop()) {
    const [first] = traceIds;
    const spans = traceIds.length === 1 ? maxSpansInMemory : Math.ceil(maxSpansInMemory / SCANS_SIDE_BY_SIDE);
    const release = await client.wholeTraces.take(spans, request.signal);
    try {
      work.room = new SpanRoom(spans);
      const whole = await readWhole(work, { ...request, traceIds, window: request });
      for (const [traceId, reason] of whole.unread) unread.set(traceId, reason);
      request.onTraces([...whole.traces.values()]);
    } catch (error) {
      if (!(error instanceof TooDense) || first === undefined) throw error;
      const middle = Math.ceil(traceIds.length / 2);
      if (traceIds.length > 1) todo.push(traceIds.slice(0, middle), traceIds.slice(middle));
      else unread.set(first, `trace ${first} does not fit in memory: ${error.message}`);
    } finally {
      release();
    }
  }
  return unread;
}
