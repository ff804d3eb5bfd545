import { createTempoClient, type TempoClient } from "@betrace/tempo";
import { startTempoLite, type TempoLite } from "@betrace/tempo-lite";
import { createViolationWriter, type ViolationWriter, violationSpanIds } from "@betrace/violations";
import { expect } from "chai";
import { tempoSource } from "./run/trace-source.js";
import { createLab, type Lab } from "./testing/lab.js";
import { pushTraces } from "./testing/push.js";
import { startTestRedis, type TestRedis } from "./testing/redis.js";
import { aTrace, DAY_START, HOUR_NS } from "./testing/traces.js";

/** 300 traces over a day; each tenth queries the database slowly without a retry, each third has an audit. */
const DAY = Array.from({ length: 300 }, (_, id) =>
  aTrace({
    id: 0xabc000 + id,
    atNs: (BigInt(id) * 24n * HOUR_NS) / 300n,
    names: ["GET /", "db.query", ...(id % 10 === 0 ? [] : ["retry"]), ...(id % 3 === 0 ? ["audit.log"] : [])],
  }),
);
const WHOLE_DAY = { startNs: DAY_START, endNs: DAY_START + 24n * HOUR_NS };

describe("a replay over a trace store", () => {
  let server: TestRedis;
  let store: TempoLite;
  let tempo: TempoClient;
  let writer: ViolationWriter;
  let lab: Lab;

  before(async () => {
    server = await startTestRedis();
    store = await startTempoLite({ httpPort: 0, otlpPort: 0 });
    await pushTraces(store.otlpUrl, DAY);
    tempo = createTempoClient({ url: store.url });
    writer = createViolationWriter({ url: store.otlpUrl });
    lab = createLab(server);
    await lab.rules.create({
      id: "slow-db",
      name: "Slow DB",
      dsl: 'trace.has(span.name == "db.query") and not trace.has(span.name == "retry")',
    });
    await lab.rules.create({ id: "no-audit", name: "No audit", dsl: 'not trace.has(span.name == "audit.log")' });
    lab.worker(tempoSource(tempo), { writer });
  });
  after(async () => {
    await lab.close();
    await writer.close();
    await tempo.close();
    await store.close();
    await server.close();
  });

  it("finds what violates, writes it where a query by rule finds it, and does not take its own spans for traces", async () => {
    for (const attempt of ["first", "second"]) {
      const { status } = await lab.replays.submit({
        rules: { kind: "stored", ruleIds: ["slow-db", "no-audit"] },
        ...WHOLE_DAY,
      });
      const after = await lab.until(status.replayId, ["completed", "failed"]);
      expect(after, attempt).to.include({ state: "completed", tracesEvaluated: 300, incompleteWindowCount: 0 });
      expect(
        after.rules.map((rule) => rule.violationsFound),
        attempt,
      ).to.deep.equal([30, 200]);
    }
    const query = new URLSearchParams({
      q: '{ span.betrace.violation.rule_id = "slow-db" }',
      start: String(DAY_START / 1_000_000_000n),
      end: String((DAY_START + 24n * HOUR_NS) / 1_000_000_000n),
      limit: "1000",
    });
    const answer = (await (await fetch(`${store.url}/api/search?${query}`)).json()) as {
      traces: { traceID: string }[];
    };
    const expected = DAY.filter((_, id) => id % 10 === 0).map(
      (trace) => violationSpanIds("slow-db", 1, trace.traceId).traceId,
    );
    expect(answer.traces.map((found) => found.traceID.padStart(32, "0")).sort()).to.deep.equal(expected.sort());
    const stored = await lab.replays.violations({ ruleId: "no-audit", limit: 1_000 });
    expect(stored.items).to.have.length(200);
    expect(new Set(stored.items.map((violation) => violation.spanId)).size).to.equal(200);
  });
});
