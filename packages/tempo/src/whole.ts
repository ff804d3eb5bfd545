import { countedSpans, type SpanField, type Trace } from "@betrace/contracts";
import { bulkRead } from "./bulk-read.js";
import { TempoError } from "./client/error.js";
import { MAX_TIMED_OUT_TRACES } from "./limits.js";
import { withOriginalIds } from "./original-ids.js";
import { withMarker } from "./own-spans.js";
import type { NsRange } from "./range.js";
import { weightOf } from "./span-room.js";
import { together } from "./together.js";
import { readTraceById } from "./trace-by-id.js";
import type { Work } from "./work.js";

export interface WholeRequest {
  readonly traceIds: readonly string[];
  /** Holds the first span's start of each of them. */
  readonly window: NsRange;
  readonly spanFields: readonly SpanField[];
  readonly signal: AbortSignal;
}

export interface WholeRead {
  /** Complete traces; one that holds nothing but our own spans has no spans here. */
  readonly traces: ReadonlyMap<string, Trace>;
  /** Why the others could not be read, by trace id. */
  readonly unread: ReadonlyMap<string, string>;
}

/** What naming a span and finding the root take, whatever the rule reads; the marker shows our own spans. */
export function wholeFields(spanFields: readonly SpanField[]): readonly SpanField[] {
  return withMarker([{ kind: "name" }, { kind: "service" }, ...spanFields]);
}

/** Whole traces: in bulk where that is certain to bring all of a trace, else one by one. Throws `TooDense` where there is no room for them. */
export async function readWhole(work: Work, request: WholeRequest): Promise<WholeRead> {
  const traces = new Map<string, Trace>();
  if (request.traceIds.length === 0) return { traces, unread: new Map() };
  const bulk = await bulkRead(work, { ...request, filter: undefined, fields: wholeFields(request.spanFields) });
  const byId: string[] = [];
  for (const traceId of request.traceIds) {
    const spans = bulk.spans.get(traceId);
    if (spans === undefined || bulk.doubtful.has(traceId)) byId.push(traceId);
    else traces.set(traceId, { traceId, spans, complete: true });
  }
  const unread = await readEachById(work, { ...request, traceIds: byId }, traces);
  return { traces, unread };
}

/**
 * The last resort. A trace that Tempo cuts or does not know, that is too large or takes too long is named with the reason; other failures
 * are thrown.
 */
export async function readEachById(
  work: Work,
  request: WholeRequest,
  into: Map<string, Trace>,
): Promise<ReadonlyMap<string, string>> {
  const unread = new Map<string, string>();
  let timedOut = 0;
  let next = 0;
  const worker = async (signal: AbortSignal): Promise<void> => {
    for (let traceId = request.traceIds[next++]; traceId !== undefined; traceId = request.traceIds[next++]) {
      work.fetchedById++;
      try {
        const { meter } = work;
        const trace = await readTraceById(work.client, { traceId, spanFields: request.spanFields, signal, meter });
        if (trace === undefined) {
          unread.set(traceId, `search names trace ${traceId}, by id Tempo does not know it`);
          continue;
        }
        const original = await withOriginalIds(work, trace, request.window, signal);
        if (original === undefined)
          unread.set(traceId, `spans of trace ${traceId} share an id, and search does not tell them apart`);
        else {
          const spans = countedSpans(original.spans);
          work.room.take(weightOf(spans));
          into.set(traceId, { ...original, spans });
        }
      } catch (error) {
        if (!(error instanceof TempoError)) throw error;
        const giant = error.kind === "too_large" || (error.kind === "timeout" && ++timedOut <= MAX_TIMED_OUT_TRACES);
        if (!giant) throw error;
        unread.set(traceId, `trace ${traceId} cannot be read in full: ${error.message}`);
      }
    }
  };
  const workers = Math.min(work.client.options.maxConcurrentRequests, request.traceIds.length);
  await together(
    request.signal,
    Array.from({ length: workers }, () => worker),
  );
  return unread;
}
