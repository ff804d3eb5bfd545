import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { TempoError } from "@betrace/tempo";
import { ViolationWriteError } from "@betrace/violations";
import { expect } from "chai";
import { ReplayError } from "./errors.js";
import { claimShard } from "./ledger/claim-shard.js";
import { keysOf } from "./ledger/keys.js";
import { LIMITS } from "./limits.js";
import { startReconciler } from "./reconcile.js";
import { createReplays } from "./replays.js";
import { systemClock, systemIds } from "./system.js";
import { createLab, type Lab, memoryWriter, SILENT } from "./testing/lab.js";
import { startTestRedis, type TestRedis } from "./testing/redis.js";
import { aTrace, DAY_START, HOUR_NS, memorySource, untilAborted } from "./testing/traces.js";

const SLOW_DB = 'trace.has(span.name == "db.query") and not trace.has(span.name == "retry")';
const NO_AUDIT = 'not trace.has(span.name == "audit.log")';

/** 240 traces over a day, every 6 minutes; each tenth queries the database without a retry. */
const DAY = Array.from({ length: 240 }, (_, id) =>
  aTrace({
    id: id + 1,
    atNs: BigInt(id) * (HOUR_NS / 10n) + 7n,
    names: id % 10 === 0 ? ["GET /", "db.query"] : ["GET /", "db.query", "retry"],
  }),
);
/** In four shards. */
const WHOLE_DAY = { startNs: DAY_START, endNs: DAY_START + 24n * HOUR_NS, shardSeconds: 21_600 };
const ONE_RULE = { kind: "stored", ruleIds: ["slow-db"] } as const;

describe("a replay", () => {
  let server: TestRedis;
  let lab: Lab;

  before(async () => {
    server = await startTestRedis();
  });
  after(() => server.close());
  beforeEach(async () => {
    lab = createLab(server);
    await lab.rules.create({ id: "slow-db", name: "Slow DB", dsl: SLOW_DB, severity: "high" });
  });
  afterEach(() => lab.close());

  async function refusal(work: Promise<unknown>): Promise<string> {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(ReplayError);
    return (error as ReplayError).code;
  }

  it("decides every trace of its range once, and says how many violate, when first and when last", async () => {
    lab.worker(memorySource(DAY, ["db.query", "retry"]));
    const { status: accepted, created } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    expect(created).to.equal(true);
    expect(accepted).to.include({ state: "queued", tracesEvaluated: 0, progress: 0 });
    const status = await lab.until(accepted.replayId, ["completed"]);
    expect(status).to.include({ tracesEvaluated: 240, violationsFound: 24, violationsStored: 24, progress: 1 });
    expect(status.shards).to.deep.equal({ total: 4, done: 4, failed: 0, running: 0 });
    expect(status.firstViolationNs).to.equal(DAY_START + 7n + 1_000_000n);
    expect(status.lastViolationNs).to.equal(DAY_START + 23n * HOUR_NS + 7n + 1_000_000n);
    expect(status.buckets).to.have.length(96);
    expect(status.buckets.reduce((sum, bucket) => sum + bucket.violations, 0)).to.equal(24);
    expect(status.buckets[0]).to.deep.equal({ startNs: DAY_START, endNs: DAY_START + HOUR_NS / 4n, violations: 1 });
    expect(status.rules[0]).to.include({ ruleId: "slow-db", ruleVersion: 1, violationsFound: 24 });
    expect(status.incompleteWindows).to.deep.equal([]);
    expect(status.unsettled).to.equal(undefined);
    expect((await lab.replays.newestOfRule("slow-db"))?.replayId).to.equal(accepted.replayId);
  });

  it("counts how replays ended, those that did not read everything apart", async () => {
    const source = memorySource(DAY);
    source.holes = [{ startNs: DAY_START, endNs: DAY_START + HOUR_NS }];
    lab.worker(source);
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    await lab.until(status.replayId, ["completed"]);
    source.holes = [];
    await lab.replays.retry(status.replayId);
    await lab.until(status.replayId, ["completed"]);
    const counted = (await lab.replays.endedCounts()).filter(({ count }) => count > 0);
    expect(counted).to.deep.equal([
      { state: "completed", incomplete: false, count: 1 },
      { state: "completed", incomplete: true, count: 1 },
    ]);
  });

  it("cuts a range finer where earlier replays found it dense, and forgets that with sparse ones", async () => {
    const minute = { startNs: DAY_START, endNs: DAY_START + 60_000_000_000n };
    const dense = Array.from({ length: 6_000 }, (_, id) =>
      aTrace({ id: id + 1, atNs: BigInt(id) * 10_000_000n, names: ["GET /"] }),
    );
    lab.worker(memorySource(dense, ["db.query"]));
    const day = { rules: ONE_RULE, startNs: DAY_START, endNs: DAY_START + 24n * HOUR_NS };
    const shardsOfADay = async () => (await lab.replays.plan(day)).shards.length;
    const replay = async (range: { startNs: bigint; endNs: bigint }) => {
      const { status } = await lab.replays.submit({ rules: ONE_RULE, ...range });
      await lab.until(status.replayId, ["completed"]);
    };
    expect(await shardsOfADay()).to.equal(1);
    await replay(minute);
    // A hundred traces a second: 8.64 million in the day, and a shard is to hold no more than a million.
    expect(await shardsOfADay()).to.equal(12);
    const sparse = { startNs: DAY_START + HOUR_NS, endNs: DAY_START + 2n * HOUR_NS };
    for (let i = 0; i < 22; i++) await replay(sparse);
    expect(await shardsOfADay()).to.equal(1);
  });

  it("runs several rules in one pass, and counts each apart", async () => {
    await lab.rules.create({ id: "no-audit", name: "No audit", dsl: NO_AUDIT });
    const source = memorySource(DAY, ["db.query", "retry", "audit.log"]);
    lab.worker(source);
    const { status } = await lab.replays.submit({
      rules: { kind: "stored", ruleIds: ["slow-db", "no-audit"] },
      ...WHOLE_DAY,
    });
    const after = await lab.until(status.replayId, ["completed"]);
    expect(after.rules.map((rule) => rule.violationsFound)).to.deep.equal([24, 240]);
    expect(source.scans).to.have.length(4);
  });

  it("names the root of a trace that violates without a witness", async () => {
    lab.worker(memorySource(DAY.slice(0, 3), ["audit.log"]));
    const { status } = await lab.replays.submit({ rules: { kind: "unsaved", dsl: NO_AUDIT }, ...WHOLE_DAY });
    await lab.until(status.replayId, ["completed"]);
    const { items } = await lab.replays.replayViolations(status.replayId);
    expect(items.map((violation) => violation.spanId)).to.deep.equal(
      [3, 2, 1].map((id) => (id * 100 + 1).toString(16).padStart(16, "0")),
    );
    expect(items[0]).to.include({ service: "shop", witnessCount: 0, ruleVersion: 1 });
    expect(items[0]?.message).to.contain('"GET /" of shop');
  });

  it("writes each violation as a span, unless told not to", async () => {
    const writer = memoryWriter();
    lab.worker(memorySource(DAY), { writer });
    const silent = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY, emit: false });
    await lab.until(silent.status.replayId, ["completed"]);
    expect(writer.traceIds).to.deep.equal([]);
    const spoken = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    await lab.until(spoken.status.replayId, ["completed"]);
    expect(writer.traceIds).to.have.length(24);
  });

  it("a violation found by two replays stands once in the list of its rule, newest first, page by page", async () => {
    lab.worker(memorySource(DAY));
    for (let i = 0; i < 2; i++) {
      const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
      expect(await lab.until(status.replayId, ["completed"])).to.include({ violationsFound: 24 });
    }
    const first = await lab.replays.violations({ ruleId: "slow-db", limit: 20 });
    const second = await lab.replays.violations({ ruleId: "slow-db", limit: 20, cursor: first.nextCursor });
    expect([first.items.length, second.items.length, second.nextCursor]).to.deep.equal([20, 4, undefined]);
    const times = [...first.items, ...second.items].map((violation) => violation.startNs);
    expect(times).to.deep.equal([...times].sort((a, b) => (a < b ? 1 : -1)));
    const morning = await lab.replays.violations({ startNs: DAY_START, endNs: DAY_START + 6n * HOUR_NS });
    expect(morning.items).to.have.length(6);
    expect((await lab.replays.list({ ruleId: "slow-db" })).items).to.have.length(2);
  });

  it("keeps to the version that it was accepted with", async () => {
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    await lab.rules.update("slow-db", { dsl: "false" });
    await lab.rules.delete("slow-db");
    lab.worker(memorySource(DAY));
    const after = await lab.until(status.replayId, ["completed"]);
    expect(after).to.include({ violationsFound: 24 });
    expect(after.rules[0]).to.include({ ruleVersion: 1, dsl: SLOW_DB });
  });

  it("the same idempotency key gives the same replay; with another request it is refused", async () => {
    const request = { rules: ONE_RULE, ...WHOLE_DAY, idempotencyKey: "tuesday" };
    const [first, second] = await Promise.all([lab.replays.submit(request), lab.replays.submit(request)]);
    expect(first.status.replayId).to.equal(second.status.replayId);
    expect([first.created, second.created].sort()).to.deep.equal([false, true]);
    expect(await refusal(lab.replays.submit({ ...request, endNs: request.endNs + 1n }))).to.equal(
      "idempotency_conflict",
    );
    expect((await lab.replays.list()).items).to.have.length(1);
  });

  it("a plan shows shards and queries, and writes nothing", async () => {
    const plan = await lab.replays.plan({ rules: ONE_RULE, ...WHOLE_DAY });
    expect(plan.shards).to.have.length(4);
    expect(plan.witnessQuery).to.contain("db\\\\.query");
    expect(plan.explanation[0]).to.be.a("string").that.is.not.empty;
    expect((await lab.replays.list()).items).to.deep.equal([]);
  });

  it("a range that reaches into unsettled data says from when", async () => {
    const endNs = systemClock.nowNs();
    const { unsettled } = await lab.replays.plan({ rules: ONE_RULE, startNs: endNs - 3n * HOUR_NS, endNs });
    expect(unsettled?.untilNs).to.equal(endNs);
    expect(Number(endNs - (unsettled?.fromNs ?? 0n)) / Number(HOUR_NS)).to.be.closeTo(1, 0.01);
  });

  it("is refused for a rule that is not there, that is disabled or that cannot be read", async () => {
    const unsaved = { kind: "unsaved", dsl: "trace.hsa(" } as const;
    expect(await refusal(lab.replays.submit({ rules: { kind: "stored", ruleIds: ["nope"] }, ...WHOLE_DAY }))).to.equal(
      "rule_not_found",
    );
    expect(await refusal(lab.replays.submit({ rules: { kind: "stored", ruleIds: [] }, ...WHOLE_DAY }))).to.equal(
      "no_rules",
    );
    expect(await refusal(lab.replays.submit({ rules: unsaved, ...WHOLE_DAY }))).to.equal("rule_rejected");
    await lab.rules.setEnabled("slow-db", false);
    expect(await refusal(lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY }))).to.equal("rule_disabled");
    expect((await lab.replays.list()).items).to.deep.equal([]);
  });

  it("cancelled while shards run, stops them within two seconds and says so only then", async () => {
    const source = memorySource(DAY);
    source.beforeScan = ({ signal }) => untilAborted(signal);
    const worker = lab.worker(source);
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    while (worker.gauge().activeShards < 2) await sleep(5);
    const started = performance.now();
    expect(await lab.replays.cancel(status.replayId)).to.include({ state: "running", cancelRequested: true });
    const after = await lab.until(status.replayId, ["cancelled"]);
    expect(performance.now() - started).to.be.below(2_000);
    expect(after.shards).to.include({ running: 0, done: 0 });
    expect(await lab.replays.cancel(status.replayId)).to.include({ state: "cancelled" });
  });

  it("cancelled, leaves none of its jobs in the queue, and those of others", async () => {
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY, shardSeconds: 300 });
    const other = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    await lab.replays.cancel(status.replayId);
    await lab.replays.jobsAdded();
    expect(await lab.queue.counts()).to.deep.equal({ waiting: 4, active: 0, delayed: 0 });
    lab.worker(memorySource(DAY));
    expect(await lab.until(other.status.replayId, ["completed"])).to.include({ tracesEvaluated: 240 });
  });

  it("paused, starts nothing; resumed, goes on to the end", async () => {
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    await lab.replays.jobsAdded();
    await lab.replays.pause(status.replayId);
    const source = memorySource(DAY);
    lab.worker(source);
    while ((await lab.queue.counts()).waiting > 0) await sleep(10);
    expect(await lab.replays.status(status.replayId)).to.include({ state: "paused" });
    expect(source.scans).to.deep.equal([]);
    await lab.replays.resume(status.replayId);
    expect(await lab.until(status.replayId, ["completed"])).to.include({ tracesEvaluated: 240 });
    expect(await refusal(lab.replays.resume(status.replayId))).to.equal("replay_not_resumable");
  });

  it("survives a Tempo that fails for a while, and counts each trace once", async () => {
    const source = memorySource(DAY);
    let failures = 3;
    source.beforeScan = () => {
      if (failures-- > 0) throw new TempoError("unreachable", "connection refused", { retryable: true });
    };
    const worker = lab.worker(source, { shard: { retryPauseMs: 20 } });
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    expect(await lab.until(status.replayId, ["completed"])).to.include({ tracesEvaluated: 240, violationsFound: 24 });
    while (worker.gauge().activeShards > 0) await sleep(5);
    expect(worker.gauge()).to.include({ shardsRetried: 3, shardsCommitted: 4, tracesEvaluated: 240 });
  });

  it("with one window that Tempo never answers, completes and names the window and the reason", async () => {
    const source = memorySource(DAY);
    source.beforeScan = ({ startNs }) => {
      if (startNs === DAY_START) throw new TempoError("timeout", "no answer in 30 s", { retryable: true });
    };
    lab.worker(source, { shard: { retryPauseMs: 5, maxFailures: 3 } });
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    const after = await lab.until(status.replayId, ["completed", "failed"]);
    expect(after).to.include({ state: "completed", tracesEvaluated: 180, incompleteWindowCount: 1 });
    expect(after.incompleteWindows).to.deep.equal([
      {
        startNs: DAY_START,
        endNs: DAY_START + 6n * HOUR_NS,
        reason: "Tempo could not be read (timeout): no answer in 30 s",
      },
    ]);
    const { items } = await lab.replays.shards(status.replayId);
    expect(items.map((shard) => shard.state)).to.deep.equal(["failed", "done", "done", "done"]);
    expect(items[0]).to.include({ failures: 3, claims: 3 });
  });

  it("tried again after an outage, runs the failed windows only and ends whole", async () => {
    const source = memorySource(DAY);
    let down = true;
    source.beforeScan = ({ startNs }) => {
      if (down && startNs < DAY_START + 12n * HOUR_NS)
        throw new TempoError("unreachable", "down", { retryable: false });
    };
    lab.worker(source);
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    const holed = await lab.until(status.replayId, ["completed"]);
    expect(holed).to.include({ tracesEvaluated: 120, violationsFound: 12, incompleteWindowCount: 2 });
    down = false;
    expect((await lab.replays.retry(status.replayId)).state).to.equal("running");
    const whole = await lab.until(status.replayId, ["completed"]);
    expect(whole).to.include({ tracesEvaluated: 240, violationsFound: 24, incompleteWindowCount: 0 });
    expect(whole.incompleteWindows).to.deep.equal([]);
    expect(source.scans).to.have.length(4);
    expect(await lab.redis.sismember(`${lab.keyPrefix}active`, status.replayId)).to.equal(0);
    expect(await refusal(lab.replays.retry(status.replayId))).to.equal("replay_not_retryable");
  });

  it("tried again, reads the incomplete windows of a shard that is done and nothing else", async () => {
    const source = memorySource(DAY);
    source.holes = [
      { startNs: DAY_START + HOUR_NS, endNs: DAY_START + 2n * HOUR_NS },
      { startNs: DAY_START + 4n * HOUR_NS, endNs: DAY_START + 5n * HOUR_NS },
    ];
    lab.worker(source);
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    const holed = await lab.until(status.replayId, ["completed"]);
    expect(holed).to.include({ tracesEvaluated: 220, violationsFound: 22, incompleteWindowCount: 2 });
    const before = source.scans.length;
    const missing = source.holes;
    source.holes = [];
    await lab.replays.retry(status.replayId);
    const whole = await lab.until(status.replayId, ["completed"]);
    expect(whole).to.include({ tracesEvaluated: 240, violationsFound: 24, incompleteWindowCount: 0, progress: 1 });
    expect(whole.shards).to.include({ total: 4, done: 4, failed: 0 });
    expect(source.scans.slice(before)).to.deep.equal(missing);
    const { items } = await lab.replays.shards(status.replayId);
    expect(items.map((shard) => shard.tracesEvaluated)).to.deep.equal([60, 60, 60, 60]);
  });

  it("says how far its running shards are, apart from what is counted", async () => {
    const source = memorySource(DAY);
    const gates: (() => void)[] = [];
    source.afterScan = () => new Promise<void>((open) => gates.push(open));
    lab.worker(source, { concurrency: 4 });
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    while (gates.length < 4) await sleep(5);
    let now = await lab.replays.status(status.replayId);
    while (now.tracesInProgress < 240) now = await lab.replays.status(status.replayId);
    expect(now).to.include({ tracesInProgress: 240, tracesEvaluated: 0, progress: 0 });
    for (const open of gates) open();
    expect(await lab.until(status.replayId, ["completed"])).to.include({ tracesInProgress: 0, tracesEvaluated: 240 });
  });

  it("of which nothing could be read has failed, at once where trying again is no use", async () => {
    const source = memorySource(DAY);
    source.beforeScan = () => {
      throw new TempoError("refused", "HTTP 401", { retryable: false });
    };
    const worker = lab.worker(source);
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    expect(await lab.until(status.replayId, ["completed", "failed"])).to.include({ state: "failed" });
    while (worker.gauge().activeShards > 0) await sleep(5);
    expect(worker.gauge()).to.include({ shardsRetried: 0, shardsFailed: 4 });
  });

  it("whose violations cannot be written does not count them as found and written", async () => {
    const writer = memoryWriter(() => new ViolationWriteError("refused", "HTTP 403", false));
    lab.worker(memorySource(DAY), { writer });
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    const after = await lab.until(status.replayId, ["completed", "failed"]);
    expect(after).to.include({ state: "failed", violationsFound: 0 });
    expect(after.incompleteWindows[0]?.reason).to.contain("HTTP 403");
  });

  it("a worker that shuts down hands its shard back, and another counts every trace once", async () => {
    const source = memorySource(DAY);
    source.beforeScan = ({ signal }) => untilAborted(signal);
    const leaving = lab.worker(source, { concurrency: 4 });
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    while (leaving.gauge().activeShards < 4) await sleep(5);
    await leaving.close();
    expect((await lab.replays.status(status.replayId)).shards).to.include({ running: 0, done: 0 });
    lab.worker(memorySource(DAY));
    expect(await lab.until(status.replayId, ["completed"])).to.include({ tracesEvaluated: 240, violationsFound: 24 });
    const { items } = await lab.replays.shards(status.replayId);
    expect(items.map((shard) => [shard.failures, shard.crashes])).to.deep.equal(Array(4).fill([0, 0]));
  });

  it("a worker killed in the middle of a shard loses it to another, which counts every trace once", async () => {
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    await lab.replays.jobsAdded();
    const file = fileURLToPath(new URL("./testing/doomed-worker.ts", import.meta.url));
    const args = ["--import", "tsx", file, server.url, lab.keyPrefix, lab.queuePrefix];
    const doomed = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(doomed, "exit");
    const started = await Promise.race([once(doomed.stdout, "data"), ended.then(() => undefined)]);
    expect(started, "the worker to be killed ended by itself").not.to.equal(undefined);
    expect((await lab.replays.status(status.replayId)).shards).to.include({ running: 1 });
    doomed.kill("SIGKILL");
    await ended;
    lab.worker(memorySource(DAY), { lockMs: 1_000 });
    expect(await lab.until(status.replayId, ["completed"])).to.include({ tracesEvaluated: 240, violationsFound: 24 });
    const { items } = await lab.replays.shards(status.replayId);
    expect(items.map((shard) => shard.crashes)).to.deep.equal([1, 0, 0, 0]);
  });

  it("a shard with too many traces is split, and no trace is lost or counted twice", async () => {
    lab.worker(memorySource(DAY), { shard: { maxTracesPerShard: 20 } });
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    const after = await lab.until(status.replayId, ["completed"]);
    expect(after).to.include({ tracesEvaluated: 240, violationsFound: 24 });
    expect(after.shards.total).to.be.above(4);
    expect(after.shards.done).to.equal(after.shards.total);
  });

  it("whose jobs were never added, or were lost, is brought back by the reconciler", async () => {
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    await lab.replays.jobsAdded();
    const lost = await lab.redis.keys(`${lab.queuePrefix}:*`);
    await lab.redis.del(...lost);
    lab.worker(memorySource(DAY));
    const options = { redis: lab.redis, queue: lab.queue, clock: systemClock, log: SILENT, keyPrefix: lab.keyPrefix };
    const reconciler = startReconciler({ ...options, everyMs: 60_000 });
    expect(await reconciler.runOnce()).to.deep.equal({ held: true, replays: 1, jobsAdded: 4 });
    expect(await lab.until(status.replayId, ["completed"])).to.include({ tracesEvaluated: 240 });
    expect(await reconciler.runOnce()).to.deep.equal({ held: true, replays: 0, jobsAdded: 0 });
    await reconciler.close();
  });

  it("whose jobs the queue keeps, but gives to nobody, is brought back by the reconciler", async () => {
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    await lab.replays.jobsAdded();
    // As when the right to a command is taken away: a script of BullMQ's that stores or moves a job stops in the
    // middle.
    const [set = ""] = await lab.redis.keys(`${lab.queuePrefix}:*:prioritized`);
    await lab.redis.zpopmin(set, 3);
    lab.worker(memorySource(DAY));
    const options = { redis: lab.redis, queue: lab.queue, clock: systemClock, log: SILENT, keyPrefix: lab.keyPrefix };
    const reconciler = startReconciler({ ...options, everyMs: 60_000 });
    expect(await reconciler.runOnce()).to.include({ jobsAdded: 3 });
    expect(await lab.until(status.replayId, ["completed"])).to.include({ tracesEvaluated: 240 });
    await reconciler.close();
  });

  it("paused with a shard whose worker and job are both gone, is settled by the reconciler and can be cancelled", async () => {
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY });
    await lab.replays.jobsAdded();
    const ledger = { redis: lab.redis, keys: keysOf(lab.keyPrefix) };
    const lost = { replayId: status.replayId, shardId: "s00001", nowMs: 1, maxCrashes: 5, priority: 1 };
    expect((await claimShard(ledger, lost)).kind).to.equal("claimed");
    await lab.redis.del(...(await lab.redis.keys(`${lab.queuePrefix}:*`)));
    await lab.replays.pause(status.replayId);
    await lab.replays.cancel(status.replayId);
    expect(await lab.replays.status(status.replayId)).to.include({ state: "paused", cancelRequested: true });
    lab.worker(memorySource(DAY));
    const options = { redis: lab.redis, queue: lab.queue, clock: systemClock, log: SILENT, keyPrefix: lab.keyPrefix };
    const reconciler = startReconciler({ ...options, everyMs: 60_000 });
    expect(await reconciler.runOnce()).to.include({ jobsAdded: 1 });
    expect((await lab.until(status.replayId, ["cancelled"])).shards).to.include({ running: 0 });
    await reconciler.close();
  });

  it("two reconcilers do not walk at the same time", async () => {
    await lab.redis.set(`${lab.keyPrefix}lease:reconcile`, "another", "PX", 60_000);
    const options = { redis: lab.redis, queue: lab.queue, clock: systemClock, log: SILENT, keyPrefix: lab.keyPrefix };
    const reconciler = startReconciler({ ...options, everyMs: 60_000 });
    expect(await reconciler.runOnce()).to.include({ held: false });
    await reconciler.close();
    expect(await lab.redis.get(`${lab.keyPrefix}lease:reconcile`)).to.equal("another");
  });

  it("a shard that comes back to the worker that still runs it can be cancelled, and is not forgotten", async () => {
    const source = memorySource(DAY);
    let scans = 0;
    let comeBack = () => {};
    const isBack = new Promise<void>((resolve) => {
      comeBack = resolve;
    });
    source.beforeScan = async ({ signal }) => {
      if (++scans === 1) {
        // Hears that its lock was lost, and takes its time.
        await isBack;
        signal.throwIfAborted();
      }
      comeBack();
      await untilAborted(signal);
    };
    const worker = lab.worker(source, { concurrency: 2, lockMs: 500 });
    const { status } = await lab.replays.submit({ rules: ONE_RULE, ...WHOLE_DAY, shardSeconds: 86_400 });
    while (scans === 0) await sleep(5);
    for (const key of await lab.redis.keys(`${lab.queuePrefix}:*:lock`)) await lab.redis.del(key);
    while (worker.gauge().shardsOvertaken === 0) await sleep(5);
    expect(worker.gauge().activeShards).to.equal(1);
    await lab.replays.cancel(status.replayId);
    expect(await lab.until(status.replayId, ["cancelled"])).to.include({ state: "cancelled" });
  });

  it("many that are asked for at once are planned a few at a time", async () => {
    let planning = 0;
    let most = 0;
    const ruleStore = {
      ...lab.rules,
      async get(id: string) {
        most = Math.max(most, ++planning);
        const rule = await lab.rules.get(id);
        await sleep(2);
        planning--;
        return rule;
      },
    };
    const { redis, queue, keyPrefix } = lab;
    const replays = createReplays({
      redis,
      queue,
      ruleStore,
      clock: systemClock,
      ids: systemIds,
      keyPrefix,
      maxOpenReplays: 10,
    });
    const asked = await Promise.allSettled(
      Array.from({ length: 60 }, () => replays.submit({ rules: ONE_RULE, ...WHOLE_DAY })),
    );
    await replays.jobsAdded();
    expect(asked.filter(({ status }) => status === "fulfilled")).to.have.length(10);
    expect(most).to.equal(LIMITS.maxSubmitsAtOnce);
  });
});
