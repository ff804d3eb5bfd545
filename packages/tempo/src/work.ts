import type { Meter, TempoClient } from "./client/client.js";
import { newPace, type Pace } from "./window.js";

/** What the steps of one scan share: the client, what was spent, and the window sizes learned for each kind of query. */
export interface Work {
  readonly client: TempoClient;
  readonly meter: Meter;
  readonly paces: { readonly ids: Pace; readonly filtered: Pace; readonly spans: Pace };
  /** Traces and spans read one by one or in bulk because projection could not give them. */
  fetchedById: number;
  bulkRead: number;
  /** Spans that the unit under way may hold, by its part of the client's memory. */
  maxSpans: number;
}

export function newWork(client: TempoClient): Work {
  return {
    client,
    maxSpans: client.options.maxSpansInMemory,
    meter: { requests: 0, bytes: 0 },
    paces: { ids: newPace(), filtered: newPace(), spans: newPace() },
    fetchedById: 0,
    bulkRead: 0,
  };
}

/** Thrown inside a scan when a unit holds more than it may; it is then scanned with all of the memory, or in halves. */
export class TooDense extends Error {
  override readonly name = "TooDense";
  readonly what: "traces" | "spans";
  /** Traces a second, where that was seen. */
  readonly tracesPerSecond: number | undefined;

  constructor(what: "traces" | "spans", message: string, tracesPerSecond?: number) {
    super(message);
    this.what = what;
    this.tracesPerSecond = tracesPerSecond;
  }
}
