import type { Trace } from "@betrace/contracts";
import { expect } from "chai";
import { createTempoClient, readTraces } from "./index.js";
import { answerJson, startFakeTempo } from "./testing/fake-tempo.js";

const ID = "0af7651916cd43dd8448eb211c80319c";
const CLIENT = "00000000000000b1";
const START_NS = 1_763_700_000_000_000_000n;
const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");

interface Sent {
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly kind: "client" | "server";
  readonly durationNs: bigint;
}

/** A Tempo that answers this trace by id with these spans, and by search with those; search never certain of a value. */
async function read(byId: readonly Sent[], bySearch: readonly Sent[]): Promise<readonly string[] | undefined> {
  const tempo = await startFakeTempo((query, response, path) => {
    if (path.startsWith("/api/v2/traces/")) {
      const spans = byId.map(({ spanId, parentSpanId, kind, durationNs }) => ({
        traceId: base64(ID),
        spanId: base64(spanId),
        parentSpanId: base64(parentSpanId),
        kind: `SPAN_KIND_${kind.toUpperCase()}`,
        startTimeUnixNano: String(START_NS),
        endTimeUnixNano: String(START_NS + durationNs),
      }));
      return answerJson(response, { trace: { resourceSpans: [{ scopeSpans: [{ spans }] }] } });
    }
    const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    // Two values of one name, as a span and its resource may have it: the bulk read cannot tell them apart.
    const unclear = query.get("q")?.includes('span."k"') ? [attribute("k", "a"), attribute("k", "b")] : [];
    const spanSets = bySearch.map(({ spanId, parentSpanId, kind, durationNs }) => ({
      matched: 1,
      spans: [
        {
          spanID: spanId,
          startTimeUnixNano: String(START_NS),
          durationNanos: String(durationNs),
          attributes: [attribute("kind", kind), attribute("span:parentID", parentSpanId || "0".repeat(16)), ...unclear],
        },
      ],
    }));
    const traces = spanSets.length === 0 ? [] : [{ traceID: ID, startTimeUnixNano: String(START_NS), spanSets }];
    answerJson(response, { traces, metrics: {} });
  });
  const client = createTempoClient({ url: tempo.url });
  try {
    const traces: Trace[] = [];
    await readTraces(client, {
      traceIds: [ID],
      startNs: START_NS,
      endNs: START_NS + 1n,
      spanFields: [{ kind: "attribute", key: "k" }],
      signal: new AbortController().signal,
      onTraces: (read) => void traces.push(...read),
    });
    return traces[0]?.spans.map(({ spanId, parentSpanId, kind }) => `${kind} ${spanId} of ${parentSpanId}`);
  } finally {
    await client.close();
    await tempo.close();
  }
}

describe("span ids of a trace read by id", () => {
  const client: Sent = { spanId: CLIENT, parentSpanId: "", kind: "client", durationNs: 9n };

  it("are those that were sent, where Tempo gave a server span that shares its client's id one of its own", async () => {
    const server: Sent = { spanId: CLIENT, parentSpanId: "", kind: "server", durationNs: 5n };
    const renamed: Sent = { ...server, spanId: "0000000000000001", parentSpanId: CLIENT };
    // A copy of the server span gets a third id, and is one span with it again.
    const copy: Sent = { ...renamed, spanId: "0000000000000002" };
    expect(await read([client, renamed, copy], [client, server, server])).to.deep.equal([
      `client ${CLIENT} of `,
      `server ${CLIENT} of `,
    ]);
  });

  it("stay as they are where a server span below a client really has a small id", async () => {
    const small: Sent = { spanId: "0000000000000001", parentSpanId: CLIENT, kind: "server", durationNs: 5n };
    expect(await read([client, small], [client, small])).to.deep.equal([
      `client ${CLIENT} of `,
      `server 0000000000000001 of ${CLIENT}`,
    ]);
  });

  it("are not guessed: a trace that search does not show is not read", async () => {
    const small: Sent = { spanId: "0000000000000001", parentSpanId: CLIENT, kind: "server", durationNs: 5n };
    expect(await read([client, small], [])).to.equal(undefined);
  });
});
