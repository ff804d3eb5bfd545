import { type BodySink, wholeBody } from "../client/body.js";
import type { Projection } from "../projection.js";
import { weightOf } from "../span-room.js";
import { type ListedTrace, type ListedTraces, TraceList } from "../trace-list.js";
import { doubtArrays } from "./doubt-arrays.js";
import type { SearchAnswer, SearchHit } from "./search-answer.js";
import { decodeSearchJson } from "./search-json.js";
import { type Holding, searchProtobufSink } from "./search-sink.js";

/** What is read of the answers to a search. */
export interface Reading<Hits extends ListedTraces> {
  readonly withSpans: boolean;
  /** Takes one answer, in protobuf or in JSON. */
  open(protobuf: boolean): BodySink<SearchAnswer<Hits>>;
}

/** Which traces there are, and no span of them. */
export const TRACES: Reading<TraceList> = {
  withSpans: false,
  open(protobuf) {
    const list = new TraceList();
    if (protobuf) return searchProtobufSink(undefined, list);
    return wholeBody((body) => {
      const answer = decodeSearchJson(body, undefined);
      for (const hit of answer.hits) list.push(hit);
      return { ...answer, hits: list };
    });
  },
};

/** How many spans of each trace matched. */
export const COUNTS: Reading<readonly SearchHit[]> = {
  withSpans: false,
  open: (protobuf) =>
    protobuf
      ? searchProtobufSink(NO_FIELDS, [] as SearchHit[])
      : wholeBody((body) => decodeSearchJson(body, NO_FIELDS)),
};

/**
 * Which traces have more spans that matched than `most`: only those are kept, however many match. And how many spans the others have
 * that would be held: see {@link Holding}.
 */
export function longerThan(most: number, fromNs: bigint): Reading<LongTraces> {
  return {
    withSpans: false,
    open(protobuf) {
      const traces = new LongTraces(most, fromNs);
      if (protobuf) return searchProtobufSink(NO_FIELDS, traces);
      return wholeBody((body) => {
        const answer = decodeSearchJson(body, NO_FIELDS);
        for (const hit of answer.hits) traces.push(hit);
        return { ...answer, hits: traces };
      });
    },
  };
}

interface LongTrace extends ListedTrace {
  /** Of a trace that is stored in parts, the spans of one part. */
  readonly matched: number;
}

/** Counts all that come, and keeps the long ones. */
class LongTraces implements Iterable<LongTrace> {
  length = 0;
  /** Spans that matched in the others; those of traces that start before `fromNs` are of no use. */
  spansOfOthers = 0;
  readonly #most: number;
  readonly #fromNs: bigint;
  readonly #long: LongTrace[] = [];

  constructor(most: number, fromNs: bigint) {
    this.#most = most;
    this.#fromNs = fromNs;
  }

  push({ traceId, startNs, readWhole, matched }: SearchHit): void {
    this.length++;
    if (matched > this.#most) this.#long.push({ traceId, startNs, readWhole, matched });
    else if (startNs >= this.#fromNs) this.spansOfOthers += matched;
  }

  [Symbol.iterator](): Iterator<LongTrace> {
    return this.#long[Symbol.iterator]();
  }
}

const NO_FIELDS: Projection = { pipeline: "", slots: new Map() };

/** The spans that matched, with the fields of a projection; `TooDense` where there is no room for them. */
export function spansOf(projection: Projection, holding: Holding): Reading<readonly SearchHit[]> {
  return {
    withSpans: true,
    open: (protobuf) =>
      protobuf
        ? searchProtobufSink(projection, [] as SearchHit[], { holding })
        : wholeBody((body) => withRoom(doubtArrays(decodeSearchJson(body, projection)), holding)),
  };
}

function withRoom(answer: SearchAnswer, { room, maxSpansPerTrace, fromNs }: Holding): SearchAnswer {
  let weight = 0;
  const hits = answer.hits.map((hit): SearchHit => {
    if (hit.spans.length > maxSpansPerTrace) return { ...hit, spans: [], cut: true, tooMany: true };
    if (hit.startNs < fromNs) return { ...hit, spans: [] };
    weight += weightOf(hit.spans);
    return hit;
  });
  room.take(weight);
  return { ...answer, hits, weight };
}
