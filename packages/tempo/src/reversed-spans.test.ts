import { startTempoLite } from "@betrace/tempo-lite";
import { expect } from "chai";
import { createTempoClient, scanWindow } from "./index.js";
import { sendTraces } from "./testing/stored-traces.js";

const SECOND = 1_000_000_000n;
const START = 1_600_000_000n * SECOND;

describe("a trace that ends before it starts", () => {
  it("is read although its end lies before the window that it begins in", async () => {
    const lite = await startTempoLite({ httpPort: 0, otlpPort: 0 });
    const client = createTempoClient({ url: lite.url });
    try {
      const span = {
        spanId: "1234567890abcdef",
        parentSpanId: "",
        name: "db.query",
        service: "s",
        kind: "client",
        status: "unset",
        statusMessage: "",
        startNs: START,
        durationNs: -2n * SECOND,
        attributes: new Map(),
        resource: new Map([["service.name", "s"]]),
      } as const;
      await sendTraces(lite.otlpUrl, [{ traceId: "1".repeat(32), spans: [span] }]);
      const found: (readonly [string, number])[] = [];
      const report = await scanWindow(client, {
        startNs: START,
        endNs: START + 60n * SECOND,
        witnessFilter: 'name = "db.query"',
        candidateFilter: undefined,
        spanFields: [{ kind: "name" }],
        traceFields: [],
        signal: new AbortController().signal,
        onTraces: (traces) => void found.push(...traces.map(({ traceId, spans }) => [traceId, spans.length] as const)),
      });
      expect(report.incomplete).to.deep.equal([]);
      expect(found).to.deep.equal([["1".repeat(32), 1]]);
    } finally {
      await client.close();
      await lite.close();
    }
  });
});
