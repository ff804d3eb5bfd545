import type { Span } from "@betrace/contracts";
import { TempoError } from "./client/error.js";
import { spansOf } from "./decode/reading.js";
import { projectionsFor } from "./projection.js";
import { type NsRange, secondsAround } from "./range.js";
import type { ScanRequest } from "./scan-request.js";
import { type Gap, readWindow } from "./window.js";
import { holdingOf, type Work } from "./work.js";

export interface BetweenBounds {
  /** Traces with a span that satisfies the candidate filter, without those that are certain not to violate. */
  readonly traceIds: ReadonlySet<string>;
  readonly gaps: readonly Gap[];
}

/**
 * The traces between both bounds, by one query: `{ A } || ({ A } && { B })` names every trace with an A, and shows its Bs as well.
 * It costs Tempo what `{ A } && { B }` alone does, a fraction of all witnesses: nothing is made of traces without an A (1,000,000
 * traces, A in 5 %, B in 99 %: a sixth of `{ A || B }`). The answer may lack spans: of another stored part of the trace, or past
 * `spss`. So it proves that something is there, never that it is not; what it does not settle is read in bulk.
 * Undefined if it cannot be asked: no such bound, fields that share a name, a server that does not know the query.
 */
export async function betweenBounds(
  work: Work,
  request: ScanRequest,
  window: NsRange,
): Promise<BetweenBounds | undefined> {
  const { candidateFilter, clear, spanFields, signal } = request;
  const projections = projectionsFor(spanFields, false);
  const projection = projections?.[0];
  if (candidateFilter === undefined || clear === undefined || projection === undefined || projections?.length !== 1) {
    return undefined;
  }
  const select = projection.pipeline.slice(projection.pipeline.indexOf("| select("));
  const traceIds = new Set<string>();
  const cleared = new Set<string>();
  try {
    const gaps = await readWindow({
      client: work.client,
      range: secondsAround(window, 0, work.client.options.paddingMs),
      query: (traces) => {
        const within = (filter: string) => (traces === undefined ? `{ ${filter} }` : `{ (${filter}) && ${traces} }`);
        const candidates = within(candidateFilter);
        return `(${candidates} || (${candidates} && ${within(clear.filter)})) ${select}`;
      },
      reading: spansOf(projection, holdingOf(work, window)),
      pace: work.paces.filtered,
      signal,
      meter: work.meter,
      onAnswer: ({ hits, weight }) => {
        for (const { traceId, startNs, spans, cut, nilKeys } of hits) {
          if (startNs < window.startNs) continue;
          traceIds.add(traceId);
          // A value that is not certain to be the span's own settles nothing.
          if (!cut && nilKeys === undefined && clear.holds(spans as readonly Span[])) cleared.add(traceId);
        }
        work.room.give(weight);
      },
    });
    for (const traceId of cleared) traceIds.delete(traceId);
    return { traceIds, gaps };
  } catch (error) {
    if (error instanceof TempoError && error.kind === "bad_query") return undefined;
    throw error;
  }
}
