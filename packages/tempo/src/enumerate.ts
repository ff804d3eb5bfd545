import { TRACES } from "./decode/reading.js";
import type { SearchAnswer } from "./decode/search-answer.js";
import { SHORTEST_UNIT_NS } from "./limits.js";
import { type NsRange, type SecondsRange, secondsAround } from "./range.js";
import type { ListedTrace, ListedTraces } from "./trace-list.js";
import { TraceTable } from "./trace-table.js";
import { type Gap, Large, readWindow } from "./window.js";
import { TooDense } from "./too-dense.js";
import type { Work } from "./work.js";

export interface Enumeration {
  /** Start of the first span by trace id, for every trace that belongs to the window. */
  readonly starts: TraceTable;
  readonly gaps: readonly Gap[];
}

/**
 * Names every trace whose first span starts in `window`, by the cheapest search there is. Tempo matches stored parts of
 * traces, each with its own first and last span, and answers the earliest start of the parts that matched. So the search
 * reaches `paddingMs` before the window: a trace that is seen to start there belongs to an earlier window. Nothing is read
 * after the window: what starts there is not ours.
 */
export async function enumerate(work: Work, window: NsRange, signal: AbortSignal): Promise<Enumeration> {
  const { paddingMs, maxTracesInMemory } = work.client.options;
  const starts = new TraceTable();
  let own = 0;
  const range = secondsAround(window, paddingMs, 0);
  // A list that stops at the limit would be asked for again in halves, each of them too long to hold.
  const divisible = window.endNs - window.startNs > SHORTEST_UNIT_NS;
  const giveUpAt =
    divisible && work.client.learned.resultLimit > maxTracesInMemory ? Number.POSITIVE_INFINITY : undefined;
  const gaps = await readWindow({
    client: work.client,
    range,
    giveUpAt,
    query: (traces) => traces && `{ ${traces} }`,
    reading: TRACES,
    pace: work.paces.ids,
    signal,
    meter: work.meter,
    onAnswer: ({ hits }) => {
      for (let index = 0; index < hits.length; index++) {
        const startNs = hits.startAt(index);
        if (startNs < window.endNs && starts.noteEarliest(hits, index) && startNs >= window.startNs) own++;
      }
      if (own > maxTracesInMemory) throw new TooDense("traces", `more than ${maxTracesInMemory} traces`);
    },
  }).catch((error: unknown) => {
    if (!(error instanceof Large)) throw error;
    throw new TooDense("traces", "more traces than one list may hold", error.answer && densityOf(error.answer, range));
  });
  starts.deleteBefore(window.startNs);
  return { starts, gaps };
}

/**
 * Traces a second, from a list that stopped at its limit. Tempo lists block by block, mostly the newest first, so what came may be
 * all of a part of the range; the middle nine tenths of it say how large a part, whatever strays lie around.
 */
function densityOf({ hits }: SearchAnswer<ListedTraces>, range: SecondsRange): number {
  const starts = Float64Array.from(
    hits as Iterable<ListedTrace>,
    ({ startNs }) => Number(startNs / 1_000_000n) / 1_000,
  ).sort();
  const at = (share: number) => starts[Math.floor(share * (starts.length - 1))] ?? 0;
  const spread = (at(0.95) - at(0.05)) / 0.9;
  return starts.length / Math.max(1, Math.min(spread, range.endSeconds - range.startSeconds));
}

/** Ids of all traces with a span that satisfies `filter` anywhere from the window's start to `paddingMs` after its end. */
export async function enumerateMatching(
  work: Work,
  window: NsRange,
  filter: string,
  signal: AbortSignal,
): Promise<{ readonly traceIds: ReadonlySet<string>; readonly gaps: readonly Gap[] }> {
  const traceIds = new Set<string>();
  const gaps = await readWindow({
    client: work.client,
    range: secondsAround(window, 0, work.client.options.paddingMs),
    query: (traces) => (traces === undefined ? `{ ${filter} }` : `{ (${filter}) && ${traces} }`),
    reading: TRACES,
    pace: work.paces.filtered,
    signal,
    meter: work.meter,
    onAnswer: ({ hits }) => {
      for (const { traceId, startNs } of hits) if (startNs >= window.startNs) traceIds.add(traceId);
    },
  });
  return { traceIds, gaps };
}
