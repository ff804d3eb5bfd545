import type { Meter, TempoClient } from "./client/client.js";
import type { Holding } from "./decode/search-sink.js";
import type { NsRange } from "./range.js";
import { SpanRoom } from "./span-room.js";
import { newPace, type Pace } from "./window.js";

/** What the steps of one scan share: the client, what was spent, and the window sizes learned for each kind of query. */
export interface Work {
  readonly client: TempoClient;
  readonly meter: Meter;
  readonly paces: { readonly ids: Pace; readonly filtered: Pace; readonly spans: Pace };
  /** Traces and spans read one by one or in bulk because projection could not give them. */
  fetchedById: number;
  /** Traces of which one alone was too much for an answer: they are not asked for in a search again. */
  readonly tooLarge: Set<string>;
  bulkRead: number;
  /** The spans of the unit under way, by its part of the client's memory. */
  room: SpanRoom;
}

/** Where the spans of the unit under way find room. */
export const holdingOf = ({ room, client }: Work, { startNs }: NsRange): Holding => ({
  room,
  fromNs: startNs,
  maxSpansPerTrace: client.options.maxSpansPerTrace,
});

export function newWork(client: TempoClient): Work {
  return {
    client,
    room: new SpanRoom(client.options.maxSpansInMemory),
    meter: { requests: 0, bytes: 0 },
    paces: { ids: newPace(), filtered: newPace(), spans: newPace() },
    fetchedById: 0,
    tooLarge: new Set(),
    bulkRead: 0,
  };
}
