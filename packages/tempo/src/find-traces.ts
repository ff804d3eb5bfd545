import type { Meter, TempoClient } from "./client/client.js";
import { TempoError } from "./client/error.js";
import { TRACES } from "./decode/reading.js";
import { MAX_SEARCH_RANGE_SECONDS } from "./limits.js";
import type { SecondsRange } from "./range.js";
import { learnShorterQueries, search } from "./search.js";
import { together } from "./together.js";
import { readTraceToShow } from "./trace-by-id.js";
import { idBatches, traceIdCondition } from "./trace-ids.js";

export interface FindTracesRequest {
  /** 32 lower-case hex digits each. */
  readonly traceIds: readonly string[];
  /** Unix nanoseconds; none of them has a span before it. */
  readonly startNs: bigint;
  /** Asks for those that search does not show one by one: the last word, and 20 ms of Tempo's time for each that is there. */
  readonly byId: boolean;
  readonly signal: AbortSignal;
}

/** Room in a query for what surrounds a list of ids. */
const SURROUNDINGS = 400;
/** Traces asked for by id at a time: nobody waits for the answer. */
const BY_ID_AT_ONCE = 2;

/**
 * Which of these traces Tempo holds, however old their spans say they are. A trace that was written now with times of last month is found
 * by a range that holds both, as Tempo moves what came late to the time when it came (`ingestion_time_range_slack`), and 168 h is the longest
 * range it takes. So this asks without a range first, which means all that was written lately and has not left the write path; then from
 * the beginning, as far back as a range may reach, until now. Throws `TempoError`.
 */
export async function findTraces(client: TempoClient, request: FindTracesRequest): Promise<ReadonlySet<string>> {
  const meter: Meter = { requests: 0, bytes: 0 };
  const { signal } = request;
  const missing = new Set(request.traceIds);
  const nowSeconds = Math.ceil(client.options.now() / 1_000);
  const earliest = nowSeconds - MAX_SEARCH_RANGE_SECONDS;
  const range = {
    startSeconds: Math.max(1, earliest, Math.min(Number(request.startNs / 1_000_000_000n), nowSeconds - 1)),
    endSeconds: nowSeconds,
  };
  for (const asked of [undefined, range]) await searchFor(client, missing, asked, signal, meter);
  if (request.byId && missing.size > 0) {
    const rest = [...missing];
    const worker = async (signal: AbortSignal): Promise<void> => {
      for (let traceId = rest.pop(); traceId !== undefined; traceId = rest.pop()) {
        if ((await readTraceToShow(client, { traceId, signal })) !== undefined) missing.delete(traceId);
      }
    };
    await together(
      signal,
      Array.from({ length: BY_ID_AT_ONCE }, () => worker),
    );
  }
  return new Set(request.traceIds.filter((traceId) => !missing.has(traceId)));
}

/** Takes out of `missing` what one kind of search shows. */
async function searchFor(
  client: TempoClient,
  missing: Set<string>,
  range: SecondsRange | undefined,
  signal: AbortSignal,
  meter: Meter,
): Promise<void> {
  let rest = [...missing];
  while (rest.length > 0) {
    // Below the limit of an answer too, so that every id that is there comes.
    const most = client.learned.resultLimit - 1;
    const [batch = []] = idBatches(rest, client.learned.queryBytes - SURROUNDINGS);
    const traceIds = batch.slice(0, Math.max(1, most));
    const q = `{ ${traceIdCondition(traceIds)} }`;
    try {
      const { answer } = await search(client, { q, range, reading: TRACES, signal, meter });
      for (const { traceId } of answer.hits) missing.delete(traceId);
    } catch (error) {
      const tooLong = error instanceof TempoError && error.kind === "too_large" && error.what === "request";
      if (!tooLong || !learnShorterQueries(client, q.length)) throw error;
      continue;
    }
    rest = rest.slice(traceIds.length);
  }
}
