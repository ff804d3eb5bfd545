import { longerThan } from "./decode/reading.js";
import { LONG_TRACE_SPANS } from "./limits.js";
import { rememberDensity, rememberLong } from "./plan-memory.js";
import { type NsRange, secondsAround } from "./range.js";
import { idsThatFit, traceIdCondition } from "./trace-ids.js";
import { readWindow } from "./window.js";
import type { Work } from "./work.js";

export interface LongTracesRequest {
  readonly window: NsRange;
  /** Which traces; default all. */
  readonly traceIds?: readonly string[] | undefined;
  /** Undefined for all spans of `traceIds`. */
  readonly filter: string | undefined;
  /** See `readWindow`. */
  readonly giveUpAt?: number | undefined;
  readonly signal: AbortSignal;
}

/** What is known of a filter by its text. */
const keyOf = ({ filter }: LongTracesRequest): string => filter ?? "";

/**
 * The traces of which so many spans satisfy the filter that their spans must not be grouped, those with most first. A plain count costs
 * Tempo a third of the grouping, so it is asked for only where nothing is known of the filter, or where there were such traces when it was
 * asked last. Of a trace that is stored in parts, the longest counts. How dense the spans of the others are is remembered as well;
 * throws `TooDense` where there is no room for them.
 */
export async function longTraces(work: Work, request: LongTracesRequest): Promise<readonly string[]> {
  if (work.client.learned.longTraces.get(keyOf(request)) === false) return [];
  const long = new Map<string, number>();
  let spansOfOthers = 0;
  const { window, traceIds, filter, giveUpAt, signal } = request;
  const range = secondsAround(window, 0, work.client.options.paddingMs);
  await readWindow({
    client: work.client,
    range,
    traceIds,
    query: (traces) => spansOfTraces(filter, traces),
    reading: longerThan(LONG_TRACE_SPANS, window.startNs),
    pace: work.paces.filtered,
    giveUpAt,
    signal,
    meter: work.meter,
    onAnswer: ({ hits }) => {
      spansOfOthers += hits.spansOfOthers;
      for (const { traceId, matched } of hits) long.set(traceId, Math.max(matched, long.get(traceId) ?? 0));
    },
  });
  rememberLong(work.client, keyOf(request), long.size > 0);
  if (traceIds === undefined) {
    rememberDensity(work.client, keyOf(request), spansOfOthers / (range.endSeconds - range.startSeconds));
  }
  if (spansOfOthers > work.room.max) throw work.room.overfull();
  return [...long].sort(([, a], [, b]) => b - a).map(([traceId]) => traceId);
}

/** To be called with the most spans that a trace showed: what is known of the filter may no longer be so. */
export function noteLongest(work: Work, request: LongTracesRequest, spans: number): void {
  if (spans > LONG_TRACE_SPANS) rememberLong(work.client, keyOf(request), true);
}

/** The spans that satisfy a filter, of traces on which there is a condition. */
export function spansOfTraces(filter: string | undefined, traces: string | undefined): string {
  if (traces === undefined) return `{ ${filter ?? "true"} }`;
  return filter === undefined ? `{ ${traces} }` : `{ ${traces} && (${filter}) }`;
}

/** As many of the traces, the longest, as a query with this filter can leave out. */
export function nameable(work: Work, filter: string | undefined, long: readonly string[]): readonly string[] {
  return long.slice(0, idsThatFit(work.client.learned.queryBytes - (filter?.length ?? 0)));
}

/** The same filter without certain traces. */
export function without(filter: string | undefined, long: readonly string[]): string | undefined {
  return long.length === 0 ? filter : `(${filter ?? "true"}) && ${traceIdCondition(long).replace("=~", "!~")}`;
}
