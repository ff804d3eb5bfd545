import { type BodySink, wholeBody } from "../client/body.js";
import type { Projection } from "../projection.js";
import { type ListedTraces, TraceList } from "../trace-list.js";
import { doubtArrays } from "./doubt-arrays.js";
import type { SearchAnswer, SearchHit } from "./search-answer.js";
import { decodeSearchJson } from "./search-json.js";
import { searchProtobufSink } from "./search-sink.js";

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

/** The spans that matched, with the fields of a projection. */
export function spansOf(projection: Projection): Reading<readonly SearchHit[]> {
  return {
    withSpans: true,
    open: (protobuf) =>
      protobuf
        ? searchProtobufSink(projection, [] as SearchHit[])
        : wholeBody((body) => doubtArrays(decodeSearchJson(body, projection))),
  };
}
