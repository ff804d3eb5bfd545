import { alignQuery } from "./align-query.js";
import type { Meter, TempoClient } from "./client/client.js";
import { TempoError } from "./client/error.js";
import type { Reading } from "./decode/reading.js";
import type { SearchAnswer } from "./decode/search-answer.js";
import { MIN_IDS_PER_QUERY } from "./limits.js";
import type { SecondsRange } from "./range.js";
import type { ListedTraces } from "./trace-list.js";

/** One search. Without `q` it names every trace of the range, which costs Tempo a fraction of the same with `q={}`. */
export interface SearchRequest<Hits extends ListedTraces> {
  readonly q: string | undefined;
  /** Undefined: what came in lately, whatever its own time (Tempo then asks its write path only). */
  readonly range: SecondsRange | undefined;
  readonly reading: Reading<Hits>;
  /** Traces asked for at most; default as many as the server gives. */
  readonly limit?: number | undefined;
  readonly signal: AbortSignal;
  readonly meter: Meter;
}

/** A decoded answer, and the limit it was asked with: as many hits as that means that there may be more. */
export interface LimitedAnswer<Hits extends ListedTraces> {
  readonly answer: SearchAnswer<Hits>;
  readonly limit: number;
}

/** One request, one decoded answer. A server that names a lower limit than ours is obeyed, for all later requests too. */
export async function search<Hits extends ListedTraces>(
  client: TempoClient,
  request: SearchRequest<Hits>,
): Promise<LimitedAnswer<Hits>> {
  const { learned } = client;
  for (;;) {
    const limit = Math.min(learned.resultLimit, request.limit ?? learned.resultLimit);
    const query = new URLSearchParams({
      limit: String(limit),
      spss: String(request.reading.withSpans ? learned.spansPerSpanSet : 1),
    });
    if (request.range !== undefined) {
      query.set("start", String(request.range.startSeconds));
      query.set("end", String(request.range.endSeconds));
    }
    if (request.q !== undefined) query.set("q", alignQuery(request.q));
    try {
      const asked = { signal: request.signal, meter: request.meter, retryTimeouts: false };
      const answer = await client.read("/api/search", query, asked, (contentType) => {
        learned.answersJson = !contentType.includes("protobuf");
        return request.reading.open(!learned.answersJson);
      });
      return { answer, limit };
    } catch (error) {
      if (!learn(client, error)) throw error;
    }
  }
}

/** Tempo's words: "limit 5 exceeds max limit 4", "spans per span set exceeds 3. received 4" (2.10 and 3.0). */
function learn({ learned }: TempoClient, error: unknown): boolean {
  if (!(error instanceof TempoError)) return false;
  const limit = /exceeds max limit (\d+)/.exec(error.message)?.[1];
  if (limit !== undefined && Number(limit) > 0 && Number(limit) < learned.resultLimit) {
    learned.resultLimit = Number(limit);
    return true;
  }
  const spans = /spans per span set exceeds (\d+)/.exec(error.message)?.[1];
  if (spans !== undefined && Number(spans) > 0 && Number(spans) < learned.spansPerSpanSet) {
    learned.spansPerSpanSet = Number(spans);
    return true;
  }
  return false;
}

/** Halves the length of id lists after the server, or a proxy, refused one; false if that cannot help any more. */
export function learnShorterQueries({ learned }: TempoClient, refusedBytes: number): boolean {
  const next = Math.floor(Math.min(refusedBytes, learned.queryBytes) / 2);
  if (next < MIN_IDS_PER_QUERY * 33) return false;
  learned.queryBytes = next;
  return true;
}
