import { expect } from "chai";
import type { Redis } from "ioredis";
import { ReplayError } from "./errors.js";
import { claimShard } from "./ledger/claim-shard.js";
import { failShard } from "./ledger/fail-shard.js";
import { keysOf } from "./ledger/keys.js";
import { createReplays, type Replays } from "./replays.js";
import { systemClock, systemIds } from "./system.js";
import { createLab, type Lab } from "./testing/lab.js";
import { startTestRedis, type TestRedis } from "./testing/redis.js";
import { DAY_START, HOUR_NS } from "./testing/traces.js";

/** Two clients steer one replay, and the second is done between the first one's step in Redis and its answer. */
describe("steering a replay that another steers at the same moment", () => {
  let server: TestRedis;
  let lab: Lab;
  let replayId: string;
  before(async () => {
    server = await startTestRedis();
  });
  after(() => server.close());
  beforeEach(async () => {
    lab = createLab(server);
    await lab.rules.create({ id: "any", name: "Any", dsl: 'trace.has(span.name == "a")' });
    const range = { startNs: DAY_START, endNs: DAY_START + HOUR_NS };
    const { status } = await lab.replays.submit({ rules: { kind: "stored", ruleIds: ["any"] }, ...range });
    replayId = status.replayId;
    await lab.replays.jobsAdded();
  });
  afterEach(() => lab.close());

  /** Its only shard is given up, so that a retry has something to open. */
  async function fail(): Promise<void> {
    const ledger = { redis: lab.redis, keys: keysOf(lab.keyPrefix) };
    const shardId = (await lab.redis.smembers(ledger.keys.open(replayId)))[0] ?? "";
    const nowMs = Date.now();
    const claimed = await claimShard(ledger, { replayId, shardId, nowMs, maxCrashes: 3, priority: 1 });
    if (claimed.kind !== "claimed") throw new Error(`not claimed: ${claimed.kind}`);
    const hold = { replayId, shardId, fence: claimed.fence, nowMs };
    await failShard(ledger, hold, { reason: "Tempo: 401", retryable: false, maxFailures: 1 });
    expect((await lab.replays.status(replayId)).state).to.equal("failed");
  }

  /** Replays as a process sees them to whom each script's answer comes only after `meanwhile`. */
  function overtakenBy(meanwhile: () => Promise<unknown>): Replays {
    const redis = new Proxy(lab.redis, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return async (...args: unknown[]) => {
          const reply: unknown = await Reflect.apply(member, target, args);
          if (name === "evalsha" || name === "eval") await meanwhile();
          return reply;
        };
      },
    }) as Redis;
    const { queue, rules: ruleStore, keyPrefix } = lab;
    return createReplays({ redis, queue, ruleStore, clock: systemClock, ids: systemIds, keyPrefix });
  }

  it("cancel that found it ended says so, though a retry wakes it before the answer", async () => {
    await fail();
    const answer = await overtakenBy(() => lab.replays.retry(replayId)).cancel(replayId);
    expect(answer).to.include({ state: "failed", cancelRequested: false });
    expect(await lab.replays.status(replayId)).to.include({ state: "running", cancelRequested: false });
  });

  it("pause says paused, though it is resumed before the answer", async () => {
    const answer = await overtakenBy(() => lab.replays.resume(replayId)).pause(replayId);
    expect(answer.state).to.equal("paused");
    expect((await lab.replays.status(replayId)).state).to.equal("queued");
  });

  it("resume says that it goes on, though it is cancelled before the answer", async () => {
    await lab.replays.pause(replayId);
    const answer = await overtakenBy(() => lab.replays.cancel(replayId)).resume(replayId);
    expect(answer).to.include({ state: "queued", cancelRequested: false });
    expect((await lab.replays.status(replayId)).state).to.equal("cancelled");
  });

  it("retry says that it runs, though it is paused before the answer", async () => {
    await fail();
    const answer = await overtakenBy(() => lab.replays.pause(replayId)).retry(replayId);
    expect(answer.state).to.equal("running");
    expect(answer.shards).to.include({ total: 1, failed: 0 });
    expect((await lab.replays.status(replayId)).state).to.equal("paused");
  });

  it("a refusal names the state that it met, though that has changed before the answer", async () => {
    await fail();
    const refused = await overtakenBy(() => lab.replays.retry(replayId))
      .pause(replayId)
      .catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(ReplayError);
    expect((refused as ReplayError).message).to.equal("this replay cannot be paused: it is failed");
  });
});
