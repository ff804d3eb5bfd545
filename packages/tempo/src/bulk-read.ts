import type { Span, SpanField } from "@betrace/contracts";
import { TempoError } from "./client/error.js";
import type { NsRange } from "./range.js";
import { learnShorterQueries } from "./search.js";
import { idBatches, traceIdCondition } from "./trace-ids.js";
import { readSpans } from "./witnesses.js";
import type { Work } from "./work.js";

export interface BulkRequest {
  readonly traceIds: readonly string[];
  readonly window: NsRange;
  /** Which of their spans; undefined for all. */
  readonly filter: string | undefined;
  readonly fields: readonly SpanField[];
  readonly signal: AbortSignal;
}

export interface BulkRead {
  readonly spans: Map<string, readonly Span[]>;
  /** Traces that this could not read for certain. */
  readonly doubtful: ReadonlySet<string>;
}

/**
 * Reads thousands of traces at once: `{ trace:id =~ "a|b|…" }` costs Tempo one pass over the ids, almost independent of how
 * many there are. Lists that the server or a proxy calls too long are halved. Throws `TooDense` where there is no room for the spans.
 */
export async function bulkRead(work: Work, request: BulkRequest): Promise<BulkRead> {
  const spans = new Map<string, readonly Span[]>();
  const doubtful = new Set(request.traceIds.filter((traceId) => work.tooLarge.has(traceId)));
  const surroundings = (request.filter?.length ?? 0) + 400;
  const read = async (traceIds: readonly string[], signal: AbortSignal): Promise<void> => {
    try {
      const answer = await readSpans(work, { ...request, traceIds, signal, withParent: request.filter === undefined });
      if (answer === undefined || answer.gaps.length > 0) {
        for (const traceId of traceIds) doubtful.add(traceId);
        return;
      }
      for (const [traceId, found] of answer.spans) spans.set(traceId, found);
      for (const traceId of answer.doubtful) doubtful.add(traceId);
    } catch (error) {
      const tooLong = error instanceof TempoError && error.kind === "too_large" && error.what === "request";
      if (!tooLong) throw error;
      if (traceIds.length === 1) {
        for (const traceId of traceIds) doubtful.add(traceId);
        return;
      }
      learnShorterQueries(work.client, traceIdCondition(traceIds).length);
      const middle = Math.ceil(traceIds.length / 2);
      await read(traceIds.slice(0, middle), signal);
      await read(traceIds.slice(middle), signal);
    }
  };
  // One after the other is enough: each batch may already run several requests, and memory holds one answer at a time.
  let rest = request.traceIds.filter((traceId) => !work.tooLarge.has(traceId));
  while (rest.length > 0) {
    const [batch = []] = idBatches(rest, work.client.learned.queryBytes - surroundings);
    rest = rest.slice(batch.length);
    await read(batch, request.signal);
    work.bulkRead += batch.length;
  }
  return { spans, doubtful };
}
