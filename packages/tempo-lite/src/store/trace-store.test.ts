import { expect } from "chai";
import type { ReceivedSpan } from "../otlp/decode.js";
import type { StoredSpan } from "./model.js";
import { TraceStore } from "./trace-store.js";

const START = 1_768_831_200_000_000_000n;
const SECOND = 1_000_000_000n;
const NOTHING = { attributes: { keys: [], values: [] }, encoded: new Uint8Array(0) };

function received(trace: string, more: Partial<StoredSpan> = {}): ReceivedSpan {
  const span: StoredSpan = {
    spanId: "00000000000000a1",
    parentSpanId: "",
    name: "a",
    kind: 2,
    startNs: START,
    endNs: START + 5n,
    statusCode: 0,
    statusMessage: "",
    attributes: { keys: [], values: [] },
    resource: NOTHING,
    scope: NOTHING,
    service: "shop",
    rest: undefined,
    ...more,
  };
  return { traceId: trace.padStart(32, "0"), span };
}

const LATER = { startNs: START + 100n * SECOND, endNs: START + 101n * SECOND };

/** Ids of the traces that lie in a window around a time. */
function found(store: TraceStore, atNs: bigint): readonly string[] {
  const rows = store.rows({ startNs: atNs - SECOND, endNs: atNs + SECOND });
  return [...rows].map(({ traceId }) => traceId.replace(/^0+/, "")).sort();
}

describe("the store", () => {
  for (const [what, endNs] of [
    ["all bits set", (1n << 64n) - 1n],
    ["the first beyond 2262", 1n << 63n],
    ["before the start", START - SECOND],
    ["missing", 0n],
  ] as const) {
    it(`finds a trace where it starts, and those that start later, whatever an end says: ${what}`, () => {
      const store = new TraceStore();
      store.add([received("1", { endNs }), received("2", LATER)]);
      expect(found(store, START)).to.deep.equal(["1"]);
      expect(found(store, LATER.startNs)).to.include("2");
    });
  }

  it("keeps the finished one of two copies, whichever came first, in small traces and in large ones", () => {
    for (const others of [0, 100]) {
      const rest = Array.from({ length: others }, (_, at) =>
        received("1", { spanId: (at + 1000).toString(16).padStart(16, "0"), parentSpanId: "00000000000000a1" }),
      );
      const copies = [
        received("1", { endNs: 0n, name: "snapshot" }),
        received("1", { endNs: START + 5n * SECOND, statusCode: 2, name: "finished" }),
        received("1", { endNs: START - 1n, name: "other snapshot" }),
      ];
      for (const order of [copies, copies.toReversed()]) {
        const store = new TraceStore();
        store.add(rest);
        for (const one of order) store.add([one]);
        const row = store.get("1".padStart(32, "0"));
        const held = row?.spans.filter(({ spanId }) => spanId === "00000000000000a1") ?? [];
        expect(held.map(({ name }) => name)).to.deep.equal(["finished"]);
        expect(row).to.include({ rootName: "finished", startNs: START, endNs: START + 5n * SECOND });
        expect(store.figures()).to.deep.equal({ traces: 1, spans: others + 1 });
      }
    }
  });
});
