import { expect } from "chai";
import { keysOf } from "./ledger/keys.js";
import { createReplays, type Replays } from "./replays.js";
import { trimRetained } from "./retention.js";
import { systemIds } from "./system.js";
import { createLab, type Lab } from "./testing/lab.js";
import { startTestRedis, type TestRedis } from "./testing/redis.js";
import { aTrace, DAY_START, HOUR_NS, memorySource } from "./testing/traces.js";

const RETENTION_MS = 60_000;
const VIOLATING = [1, 2, 3].map((id) => aTrace({ id, atNs: BigInt(id) * HOUR_NS, names: ["db.query"] }));
const REQUEST = {
  rules: { kind: "stored", ruleIds: ["any-query"] },
  startNs: DAY_START,
  endNs: DAY_START + 6n * HOUR_NS,
} as const;

describe("retention", () => {
  let server: TestRedis;
  let lab: Lab;
  let replays: Replays;
  let nowMs: number;

  before(async () => {
    server = await startTestRedis();
  });
  after(() => server.close());
  beforeEach(async () => {
    lab = createLab(server);
    nowMs = Date.now();
    const clock = { nowNs: () => BigInt(nowMs) * 1_000_000n };
    const { redis, queue, rules: ruleStore, keyPrefix } = lab;
    replays = createReplays({ redis, queue, ruleStore, clock, ids: systemIds, keyPrefix, retentionMs: RETENTION_MS });
    await lab.rules.create({ id: "any-query", name: "Any query", dsl: 'trace.has(span.name == "db.query")' });
    lab.worker(memorySource(VIOLATING), { clock });
  });
  afterEach(async () => {
    await replays.jobsAdded();
    await lab.close();
  });

  const trim = () => trimRetained({ redis: lab.redis, keys: keysOf(lab.keyPrefix) }, nowMs);
  const keysNow = async () => (await lab.redis.keys(`${lab.keyPrefix}*`)).sort();

  async function replayed(): Promise<string> {
    const { replayId } = (await replays.submit(REQUEST)).status;
    expect(await lab.until(replayId, ["completed"])).to.include({ violationsFound: 3, violationsStored: 3 });
    return replayId;
  }

  it("leaves no key of an ended replay and of its violations behind, and not a moment early", async () => {
    const before = await keysNow();
    await replayed();
    nowMs += RETENTION_MS - 1;
    await trim();
    expect((await replays.list()).items).to.have.length(1);
    expect((await replays.violations()).items).to.have.length(3);
    nowMs += 2;
    await trim();
    expect((await replays.list()).items).to.have.length(0);
    expect(await replays.newestOfRule("any-query")).to.equal(undefined);
    expect((await replays.violations()).items).to.have.length(0);
    // What stays is of the installation, not of a replay: how many ended, how dense they were, where the queue stands.
    // The worker's proof that Redis takes writes goes by itself, and may or may not be there yet.
    const own = (await keysNow()).filter((key) => !before.includes(key)).map((key) => key.slice(lab.keyPrefix.length));
    expect(own.filter((key) => key !== "proof")).to.deep.equal(["density", "ended", "vtime"]);
  });

  it("keeps a violation as long as the last replay that found it", async () => {
    await replayed();
    nowMs += RETENTION_MS / 2;
    const second = await replayed();
    nowMs += RETENTION_MS / 2 + 1;
    await trim();
    expect((await replays.list()).items.map(({ replayId }) => replayId)).to.deep.equal([second]);
    expect((await replays.violations()).items).to.have.length(3);
    nowMs += RETENTION_MS / 2;
    await trim();
    expect((await replays.violations()).items).to.have.length(0);
  });

  it("does not take a replay that runs again", async () => {
    const source = memorySource(VIOLATING);
    source.holes = [{ startNs: DAY_START, endNs: DAY_START + 6n * HOUR_NS }];
    await replays.jobsAdded();
    await lab.close();
    lab = createLab(server);
    const clock = { nowNs: () => BigInt(nowMs) * 1_000_000n };
    const { redis, queue, rules: ruleStore, keyPrefix } = lab;
    replays = createReplays({ redis, queue, ruleStore, clock, ids: systemIds, keyPrefix, retentionMs: RETENTION_MS });
    await lab.rules.create({ id: "any-query", name: "Any query", dsl: 'trace.has(span.name == "db.query")' });
    const worker = lab.worker(source, { clock });
    const { replayId } = (await replays.submit(REQUEST)).status;
    await lab.until(replayId, ["completed"]);
    await worker.close();
    await replays.retry(replayId);
    nowMs += 10 * RETENTION_MS;
    await trim();
    expect((await replays.status(replayId)).state).to.equal("running");
  });
});
