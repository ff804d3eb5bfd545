import { readFileSync } from "node:fs";
import { Queue, Worker } from "bullmq";
import { expect } from "chai";
import { holdUp } from "../ledger/hold-up.js";
import { keysOf } from "../ledger/keys.js";
import { startReconciler } from "../reconcile.js";
import { systemClock } from "../system.js";
import { createLab, type Lab, SILENT } from "../testing/lab.js";
import { startTestRedis, type TestRedis } from "../testing/redis.js";
import { aTrace, DAY_START, HOUR_NS, memorySource } from "../testing/traces.js";
import { REPLAY_FORMAT, SHARD_QUEUE_NAME } from "./shard-job.js";

/** What a release left in Redis when it had accepted a replay of two shards and was replaced. One file for each format; never change one. */
interface Left {
  readonly replay: Readonly<Record<string, string>>;
  readonly shards: Readonly<Record<string, string>>;
  readonly open: readonly string[];
  readonly order: readonly string[];
  readonly job: { readonly replayId: string; readonly shardId: string };
}

const NEWER = REPLAY_FORMAT + 1;

describe("processes of different releases beside each other", () => {
  let server: TestRedis;
  let lab: Lab;

  beforeEach(async () => {
    server = await startTestRedis();
    lab = createLab(server);
  });
  afterEach(async () => {
    await lab.close();
    await server.close();
  });

  const rawQueue = () => new Queue(SHARD_QUEUE_NAME, { connection: { url: server.url }, prefix: lab.queuePrefix });

  async function leave(format: number, change: Readonly<Record<string, string>> = {}): Promise<Left> {
    const left = JSON.parse(readFileSync(new URL(`./formats/${format}.json`, import.meta.url), "utf8")) as Left;
    const keys = keysOf(lab.keyPrefix);
    const id = left.job.replayId;
    await lab.redis.hset(keys.replay(id), { ...left.replay, ...change });
    await lab.redis.hset(keys.shards(id), left.shards);
    await lab.redis.sadd(keys.open(id), ...left.open);
    for (const member of left.order) await lab.redis.zadd(keys.order(id), 0, member);
    await lab.redis.sadd(keys.active, id);
    return left;
  }

  async function submitted(): Promise<string> {
    await lab.rules.create({ id: "r", name: "R", dsl: "false" });
    const range = { startNs: DAY_START, endNs: DAY_START + HOUR_NS };
    const { status } = await lab.replays.submit({ rules: { kind: "stored", ruleIds: ["r"] }, ...range });
    await lab.replays.jobsAdded();
    return status.replayId;
  }

  const traces = [aTrace({ id: 1, atNs: 5n, names: ["retry"] }), aTrace({ id: 2, atNs: HOUR_NS, names: ["retry"] })];

  for (let format = 1; format <= REPLAY_FORMAT; format++) {
    it(`what a release of format ${format} accepted is run by this one, its jobs and its lost jobs`, async () => {
      const { job } = await leave(format);
      const queue = rawQueue();
      await queue.add("shard", job, { jobId: `${job.replayId}.${job.shardId}`, priority: 1 });
      await queue.close();
      lab.worker(memorySource(traces));
      while ((await lab.replays.status(job.replayId)).shards.done < 1) await new Promise((go) => setTimeout(go, 10));
      const { queue: ours, redis, keyPrefix } = lab;
      const reconciler = startReconciler({ redis, queue: ours, clock: systemClock, log: SILENT, keyPrefix });
      expect(await reconciler.runOnce()).to.include({ jobsAdded: 1 });
      await reconciler.close();
      const status = await lab.until(job.replayId, ["completed"]);
      expect(status).to.include({ tracesEvaluated: 2, violationsFound: 2, heldUp: undefined });
    });
  }

  it("a job of a newer release costs no attempt, is named in status and log, and waits for a newer worker", async () => {
    const replayId = await submitted();
    const queue = rawQueue();
    const [waiting] = await queue.getJobs(["prioritized"]);
    await waiting?.updateData({ v: NEWER, replayId, shardId: "s00001", more: true });
    const warnings: string[] = [];
    const log = { ...SILENT, warn: (message: string) => warnings.push(message) };
    const source = memorySource(traces);
    const worker = lab.worker(source, { log, newerJobPauseMs: 20 });
    while (worker.gauge().shardsLeftToNewer < 5) await new Promise((go) => setTimeout(go, 10));
    const status = await lab.replays.status(replayId);
    expect(status.heldUp).to.equal(
      `its shards are of format ${NEWER}; the worker that looked at them reads formats up to ${REPLAY_FORMAT}: update the workers`,
    );
    expect(status).to.include({ state: "queued" });
    expect(warnings).to.deep.equal(["jobs of a newer release are left to newer workers"]);
    await worker.close();
    expect(source.scans).to.deep.equal([]);

    const attempts: number[] = [];
    const newer = new Worker(SHARD_QUEUE_NAME, async ({ attemptsMade }) => void attempts.push(attemptsMade), {
      connection: { url: server.url },
      prefix: lab.queuePrefix,
    });
    const taken = await new Promise<{ readonly data: unknown }>((resolve) => newer.once("completed", resolve));
    // Before its Redis ends: it would look for it for ever.
    await Promise.all([newer.close(), queue.close()]);
    expect(taken.data).to.include({ v: NEWER, replayId });
    expect(attempts).to.deep.equal([0]);
  });

  it("a replay of a newer release is not claimed, though its job looks like ours, and its jobs are not added anew", async () => {
    const { job } = await leave(REPLAY_FORMAT, { format: String(NEWER) });
    const { queue: ours, redis, keyPrefix } = lab;
    const reconciler = startReconciler({ redis, queue: ours, clock: systemClock, log: SILENT, keyPrefix });
    expect(await reconciler.runOnce()).to.include({ replays: 1, jobsAdded: 0 });
    await reconciler.close();
    await lab.queue.add([{ ...job, priority: 1 }]);
    const worker = lab.worker(memorySource(traces), { newerJobPauseMs: 20 });
    while (worker.gauge().shardsLeftToNewer < 2) await new Promise((go) => setTimeout(go, 10));
    const status = await lab.replays.status(job.replayId);
    expect(status.heldUp).to.include(`format ${NEWER}`);
    expect([status.state, status.shards.running]).to.deep.equal(["queued", 0]);
  });

  it("what held a replay up is forgotten when one of its shards is taken, or it ends", async () => {
    const replayId = await submitted();
    const heldUp = async () => (await lab.replays.status(replayId)).heldUp;
    const hold = () => holdUp({ redis: lab.redis, keys: keysOf(lab.keyPrefix) }, replayId, "for a while");
    await hold();
    expect(await heldUp()).to.equal("for a while");
    const source = memorySource([]);
    let inScan: string | undefined = "not scanned";
    source.beforeScan = async () => {
      inScan = await heldUp();
      await hold();
    };
    lab.worker(source);
    expect((await lab.until(replayId, ["completed"])).heldUp).to.equal(undefined);
    expect(inScan).to.equal(undefined);
    await hold();
    expect(await heldUp()).to.equal(undefined);
  });
});
