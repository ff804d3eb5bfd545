import { alignQuery } from "./align-query.js";
import type { Meter, TempoClient } from "./client/client.js";
import { wholeBody } from "./client/body.js";
import { TempoError } from "./client/error.js";
import { doubtArrays } from "./decode/doubt-arrays.js";
import type { SearchAnswer } from "./decode/search-answer.js";
import { decodeSearchJson } from "./decode/search-json.js";
import { searchProtobufSink } from "./decode/search-sink.js";
import { MIN_IDS_PER_QUERY } from "./limits.js";
import type { Projection } from "./projection.js";
import type { SecondsRange } from "./range.js";

/** One search. Without `q` it names every trace of the range, which costs Tempo a fraction of the same with `q={}`. */
export interface SearchRequest {
  readonly q: string | undefined;
  /** Undefined: what came in lately, whatever its own time (Tempo then asks its write path only). */
  readonly range: SecondsRange | undefined;
  /** What the spans of the answer are read for; undefined skips them. */
  readonly projection: Projection | undefined;
  /** Traces asked for at most; default as many as the server gives. */
  readonly limit?: number | undefined;
  readonly signal: AbortSignal;
  readonly meter: Meter;
}

/** A decoded answer, and the limit it was asked with: as many hits as that means that there may be more. */
export interface LimitedAnswer {
  readonly answer: SearchAnswer;
  readonly limit: number;
}

/** One request, one decoded answer. A server that names a lower limit than ours is obeyed, for all later requests too. */
export async function search(client: TempoClient, request: SearchRequest): Promise<LimitedAnswer> {
  const { learned } = client;
  for (;;) {
    const limit = Math.min(learned.resultLimit, request.limit ?? learned.resultLimit);
    const query = new URLSearchParams({
      limit: String(limit),
      spss: String(request.projection === undefined ? 1 : learned.spansPerSpanSet),
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
        if (!learned.answersJson) return searchProtobufSink(request.projection);
        return wholeBody((body) => doubtArrays(decodeSearchJson(body, request.projection)));
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

/** Halves the length of id lists after the server, or a proxy, refused one; false where that cannot help any more. */
export function learnShorterQueries({ learned }: TempoClient, refusedBytes: number): boolean {
  const next = Math.floor(Math.min(refusedBytes, learned.queryBytes) / 2);
  if (next < MIN_IDS_PER_QUERY * 33) return false;
  learned.queryBytes = next;
  return true;
}
