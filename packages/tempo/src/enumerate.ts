import { type NsRange, secondsAround } from "./range.js";
import { type Gap, readWindow } from "./window.js";
import { TooDense, type Work } from "./work.js";

export interface Enumeration {
  /** Start of the first span by trace id, for every trace that belongs to the window. */
  readonly starts: ReadonlyMap<string, bigint>;
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
  const starts = new Map<string, bigint>();
  const earlier = new Set<string>();
  const gaps = await readWindow({
    client: work.client,
    range: secondsAround(window, paddingMs, 0),
    query: (regex) => (regex === undefined ? undefined : `{ trace:id =~ "${regex}" }`),
    projection: undefined,
    pace: work.paces.ids,
    signal,
    meter: work.meter,
    onAnswer: ({ hits }) => {
      for (const { traceId, startNs } of hits) {
        if (startNs < window.startNs) earlier.add(traceId);
        else if (startNs < window.endNs) {
          const before = starts.get(traceId);
          if (before === undefined || startNs < before) starts.set(traceId, startNs);
        }
      }
      if (starts.size > maxTracesInMemory) throw new TooDense(`more than ${maxTracesInMemory} traces`);
    },
  });
  for (const traceId of earlier) starts.delete(traceId);
  return { starts, gaps };
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
    query: (regex) => (regex === undefined ? `{ ${filter} }` : `{ (${filter}) && trace:id =~ "${regex}" }`),
    projection: undefined,
    pace: work.paces.filtered,
    signal,
    meter: work.meter,
    onAnswer: ({ hits }) => {
      for (const { traceId, startNs } of hits) if (startNs >= window.startNs) traceIds.add(traceId);
    },
  });
  return { traceIds, gaps };
}
