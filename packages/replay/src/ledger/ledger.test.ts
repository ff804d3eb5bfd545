import { expect } from "chai";
import { Redis } from "ioredis";
import { startTestRedis, type TestRedis, testPrefix } from "../testing/redis.js";
import { reportProgress } from "./report-progress.js";
import { retryShards } from "./retry-shards.js";
import { claimShard } from "./claim-shard.js";
import { commitShard, type ShardResult } from "./commit-shard.js";
import { createReplay } from "./create-replay.js";
import { failShard } from "./fail-shard.js";
import { keysOf } from "./keys.js";
import type { LedgerContext } from "./ledger.js";
import { releaseShard } from "./release-shard.js";
import { splitShard } from "./split-shard.js";
import { steerReplay } from "./steer-replay.js";
import { storeViolations } from "./store-violations.js";
import { aFoundViolation } from "../testing/violation.js";

const DAY_MS = 86_400_000;
const REPLAY = "rp_a";
const START = 1_784_073_600_000_000_001n;
const HOUR = 3_600_000_000_000n;
const RETRY = { nowMs: 9_000, maxOpen: 3 };
const LISTED = { maxListed: 3, acknowledged: false };

describe("the ledger", () => {
  let server: TestRedis;
  let redis: Redis;
  let ledger: LedgerContext;

  before(async () => {
    server = await startTestRedis();
    redis = new Redis(server.url);
  });
  after(async () => {
    redis.disconnect();
    await server.close();
  });
  beforeEach(() => {
    ledger = { redis, keys: keysOf(testPrefix()) };
  });

  async function create(shards = 2, overrides: { readonly key?: string; readonly id?: string } = {}) {
    return createReplay(ledger, {
      replayId: overrides.id ?? REPLAY,
      fields: { retention_ms: "100000", max_incomplete: "3" },
      ruleIds: ["slow-db"],
      shards: Array.from({ length: shards }, (_, index) => ({
        shardId: `s${index}`,
        startNs: START + BigInt(index) * HOUR,
        endNs: START + BigInt(index + 1) * HOUR,
      })),
      acceptedAtMs: 1_000,
      maxOpen: 3,
      idempotency:
        overrides.key === undefined ? undefined : { key: overrides.key, fingerprint: "f", rememberMs: 9_000 },
    });
  }

  const claim = (shardId: string, priority = 1, maxCrashes = 3) =>
    claimShard(ledger, { replayId: REPLAY, shardId, nowMs: 2_000, maxCrashes, priority });

  async function fenceOf(shardId: string): Promise<number> {
    const claimed = await claim(shardId);
    if (claimed.kind !== "claimed") throw new Error(`not claimed: ${claimed.kind}`);
    return claimed.fence;
  }

  /** How many shards a retry opened again. */
  async function reopenedBy(how: typeof RETRY): Promise<number> {
    const before = await redis.scard(ledger.keys.open(REPLAY));
    expect((await retryShards(ledger, REPLAY, how)).kind).to.equal("reopened");
    return (await redis.scard(ledger.keys.open(REPLAY))) - before;
  }

  const hold = (shardId: string, fence: number) => ({ replayId: REPLAY, shardId, fence, nowMs: 3_000 });

  const result = (overrides: Partial<ShardResult> = {}): ShardResult => ({
    traces: 10,
    fetchedById: 1,
    evaluationErrors: 0,
    violationsByRule: new Map([[0, 2]]),
    violationsByBucket: new Map([
      [0, 1],
      [5, 1],
    ]),
    firstViolationNs: START + 5n,
    lastViolationNs: START + 7n,
    incomplete: [],
    holes: [],
    holesCounted: false,
    written: 0,
    ...overrides,
  });

  const fields = () => redis.hgetall(ledger.keys.replay(REPLAY));

  it("a new replay is queued, with every shard open", async () => {
    expect(await create(3)).to.deep.equal({ kind: "created", priorityBase: 0 });
    expect(await fields()).to.include({ state: "queued", shards_total: "3", shards_done: "0" });
    expect(await redis.scard(ledger.keys.open(REPLAY))).to.equal(3);
  });

  it("a claim gives the window to the nanosecond and makes the replay run", async () => {
    await create();
    expect(await claim("s1")).to.deep.equal({
      kind: "claimed",
      fence: 1,
      startNs: START + HOUR,
      endNs: START + 2n * HOUR,
      windows: [{ startNs: START + HOUR, endNs: START + 2n * HOUR }],
      again: false,
    });
    expect(await fields()).to.include({ state: "running", shards_running: "1", started_ms: "2000" });
  });

  it("a commit is counted once, however often it is repeated", async () => {
    await create();
    const fence = await fenceOf("s0");
    expect(await commitShard(ledger, hold("s0", fence), result())).to.equal("written");
    const once = await fields();
    expect(await commitShard(ledger, hold("s0", fence), result())).to.equal("repeated");
    expect(await commitShard(ledger, hold("s0", fence), result({ traces: 99 }))).to.equal("repeated");
    expect(await fields()).to.deep.equal(once);
    expect(once).to.include({ traces: "10", violations: "2", "r:0": "2", "b:0": "1", "b:5": "1", shards_done: "1" });
    expect((await claim("s0")).kind).to.equal("done");
  });

  it("totals add up over shards; first and last violation are the earliest and the latest", async () => {
    await create();
    await commitShard(ledger, hold("s0", await fenceOf("s0")), result());
    const later = result({ firstViolationNs: START - 1n, lastViolationNs: START + 6n });
    await commitShard(ledger, hold("s1", await fenceOf("s1")), later);
    expect(await fields()).to.include({
      state: "completed",
      finished_ms: "3000",
      traces: "20",
      violations: "4",
      first_ns: `0${START - 1n}`,
      last_ns: `0${START + 7n}`,
      shards_done: "2",
      shards_running: "0",
    });
    expect(await redis.sismember(ledger.keys.active, REPLAY)).to.equal(0);
    expect(await redis.pttl(ledger.keys.replay(REPLAY))).to.be.within(DAY_MS, DAY_MS + 100_000);
  });

  it("two workers claim a shard: what the first writes is stale, and counts as nothing", async () => {
    await create();
    const first = await fenceOf("s0");
    const second = await fenceOf("s0");
    expect(second).to.equal(first + 1);
    expect(await commitShard(ledger, hold("s0", first), result({ traces: 500 }))).to.equal("stale");
    expect(await storeViolations(ledger, hold("s0", first), [aFoundViolation()], LISTED)).to.equal("stale");
    expect(await releaseShard(ledger, hold("s0", first))).to.equal("stale");
    expect(await commitShard(ledger, hold("s0", second), result())).to.equal("written");
    expect(await commitShard(ledger, hold("s0", first), result())).to.equal("stale");
    expect(await fields()).to.include({ traces: "10", shards_running: "0", shards_done: "1" });
  });

  it("a shard that takes its workers down is quarantined and the replay completes with an incomplete window", async () => {
    await create();
    await commitShard(ledger, hold("s1", await fenceOf("s1")), result());
    for (const _ of [1, 2, 3]) await fenceOf("s0");
    expect((await claim("s0")).kind).to.equal("quarantined");
    const after = await fields();
    expect(after).to.include({ state: "completed", shards_failed: "1", shards_running: "0", incomplete: "1" });
    expect(after["w:1"]).to.match(/^0178407360\d+ 0178407720\d+ quarantined: 3 workers/);
    expect((await claim("s0")).kind).to.equal("failed");
  });

  it("a shard handed back costs no attempt and can be claimed anew", async () => {
    await create();
    for (let i = 0; i < 10; i++)
      expect(await releaseShard(ledger, hold("s0", await fenceOf("s0")))).to.equal("written");
    expect((await claim("s0")).kind).to.equal("claimed");
    expect(await fields()).to.include({ shards_running: "1" });
  });

  it("a retryable failure waits for another attempt until the attempts are spent, then the window is incomplete", async () => {
    await create(1);
    const fail = async () =>
      failShard(ledger, hold("s0", await fenceOf("s0")), { reason: "Tempo: 503", retryable: true, maxFailures: 3 });
    expect(await fail()).to.deep.equal({ outcome: "retry", failures: 1 });
    expect(await fail()).to.deep.equal({ outcome: "retry", failures: 2 });
    expect(await fail()).to.deep.equal({ outcome: "failed", failures: 3 });
    expect(await fields()).to.include({ state: "failed", shards_failed: "1", incomplete: "1" });
  });

  it("a failure that cannot be retried gives up at once; other shards still count", async () => {
    await create();
    const refused = { reason: "bad query", retryable: false, maxFailures: 9 };
    expect((await failShard(ledger, hold("s0", await fenceOf("s0")), refused)).outcome).to.equal("failed");
    await commitShard(ledger, hold("s1", await fenceOf("s1")), result());
    expect(await fields()).to.include({ state: "completed", shards_done: "1", shards_failed: "1" });
  });

  it("incomplete windows beyond the listed ones are still counted", async () => {
    await create(1);
    const windows = Array.from({ length: 5 }, (_, i) => ({ startNs: START, endNs: START + 1n, reason: `r ${i}` }));
    await commitShard(ledger, hold("s0", await fenceOf("s0")), result({ incomplete: windows }));
    const after = await fields();
    expect(after).to.include({ incomplete: "5" });
    expect(Object.keys(after).filter((name) => name.startsWith("w:"))).to.have.length(3);
  });

  it("a retry reads the incomplete windows of a counted shard, and adds to what was counted", async () => {
    await create(1);
    const holes = [
      { startNs: START + 5n, endNs: START + 9n },
      { startNs: START + 20n, endNs: START + 30n },
    ];
    const incomplete = holes.map((hole) => ({ ...hole, reason: "Tempo: 500" }));
    await commitShard(ledger, hold("s0", await fenceOf("s0")), result({ incomplete, holes }));
    expect(await fields()).to.include({ state: "completed", incomplete: "2" });
    expect(await reopenedBy(RETRY)).to.equal(1);
    const reopened = await fields();
    expect(reopened).to.include({ state: "running", shards_done: "0", incomplete: "0", traces: "10", idle_ms: "6000" });
    expect(reopened).not.to.have.any.keys("w:1", "w:2", "finished_ms");
    expect(await redis.pttl(ledger.keys.replay(REPLAY))).to.equal(-1);
    expect(await commitShard(ledger, hold("s0", 1), result()), "the claim before the retry").to.equal("stale");
    const claimed = await claim("s0");
    expect(claimed).to.deep.include({ kind: "claimed", windows: holes, again: true });
    await commitShard(ledger, hold("s0", 3), result({ traces: 3 }));
    expect(await fields()).to.include({
      state: "completed",
      shards_done: "1",
      traces: "13",
      violations: "4",
      "b:5": "2",
    });
    expect(await retryShards(ledger, REPLAY, RETRY)).to.deep.equal({ kind: "nothing" });
  });

  it("a replay that has ended is tried again only while fewer than the limit are open; one that runs is open already", async () => {
    await create(2);
    const down = { reason: "down", retryable: false, maxFailures: 1 };
    await failShard(ledger, hold("s0", await fenceOf("s0")), down);
    const full = { ...RETRY, maxOpen: 1 };
    expect(await reopenedBy(full)).to.equal(1);
    for (const shardId of ["s0", "s1"]) await failShard(ledger, hold(shardId, await fenceOf(shardId)), down);
    await create(1, { id: "rp_b" });
    const before = await fields();
    expect(await retryShards(ledger, REPLAY, full)).to.deep.equal({ kind: "full", open: 1 });
    expect(await fields()).to.deep.equal(before);
    expect(await reopenedBy(RETRY)).to.equal(2);
    expect(await redis.scard(ledger.keys.active)).to.equal(2);
  });

  it("a retry takes back what was counted of a window that it reads again", async () => {
    await create();
    await commitShard(ledger, hold("s1", await fenceOf("s1")), result());
    const whole = { startNs: START, endNs: START + HOUR };
    const broken = result({
      incomplete: [{ ...whole, reason: "broke" }],
      holes: [whole],
      holesCounted: true,
      evaluationErrors: 1,
    });
    await commitShard(ledger, hold("s0", await fenceOf("s0")), broken);
    expect(await fields()).to.include({
      traces: "20",
      violations: "4",
      evaluation_errors: "1",
      "r:0": "4",
      "b:0": "2",
    });
    await retryShards(ledger, REPLAY, RETRY);
    const taken = { traces: "10", violations: "2", evaluation_errors: "0", "r:0": "2", "b:0": "1", fetched_by_id: "1" };
    expect(await fields()).to.include({ ...taken, shards_done: "1" });
    const given = { reason: "down", retryable: false, maxFailures: 1 };
    expect((await failShard(ledger, hold("s0", await fenceOf("s0")), given)).outcome).to.equal("failed");
    expect(await fields()).to.include({
      ...taken,
      state: "completed",
      shards_done: "1",
      shards_failed: "1",
      incomplete: "1",
    });
    await retryShards(ledger, REPLAY, RETRY);
    await commitShard(ledger, hold("s0", await fenceOf("s0")), result());
    expect(await fields()).to.include({
      state: "completed",
      traces: "20",
      violations: "4",
      shards_done: "2",
      incomplete: "0",
    });
  });

  it("a retry that fails again leaves what was counted, and names the windows that are left", async () => {
    await create(1);
    const hole = { startNs: START + 5n, endNs: START + 9n };
    const once = result({ incomplete: [{ ...hole, reason: "Tempo: 500" }], holes: [hole] });
    await commitShard(ledger, hold("s0", await fenceOf("s0")), once);
    for (const _ of [1, 2]) {
      await retryShards(ledger, REPLAY, RETRY);
      await failShard(ledger, hold("s0", await fenceOf("s0")), { reason: "down", retryable: false, maxFailures: 1 });
      const after = await fields();
      expect(after).to.include({
        state: "completed",
        traces: "10",
        shards_done: "1",
        shards_failed: "0",
        incomplete: "1",
      });
      expect(after["w:1"]).to.equal(`0${hole.startNs} 0${hole.endNs} down`);
    }
  });

  it("a running shard's gauge is in no total, and gone when its run ends", async () => {
    await create(1);
    const fence = await fenceOf("s0");
    expect(await reportProgress(ledger, hold("s0", fence), 7)).to.equal("written");
    expect(await fields()).to.include({ "live:s0": "3000 7" });
    expect(await fields()).not.to.have.property("traces");
    await releaseShard(ledger, hold("s0", fence));
    expect(await fields()).not.to.have.property("live:s0");
    expect(await reportProgress(ledger, hold("s0", fence), 9)).to.equal("stale");
    expect(await fields()).not.to.have.property("live:s0");
  });

  it("a split puts two shards in the place of one, and the replay ends when both did", async () => {
    await create(1);
    const window = { startNs: START, endNs: START + HOUR };
    const { outcome, children } = await splitShard(ledger, hold("s0", await fenceOf("s0")), window);
    expect(outcome).to.equal("written");
    expect(children.map((child) => child.shardId)).to.deep.equal(["s0a", "s0b"]);
    expect(await fields()).to.include({ state: "running", shards_total: "2", shards_running: "0" });
    expect((await claim("s0")).kind).to.equal("split");
    for (const child of children) {
      const claimed = await claim(child.shardId);
      expect(claimed).to.include({ kind: "claimed", startNs: child.startNs, endNs: child.endNs });
      await commitShard(ledger, hold(child.shardId, 1), result());
    }
    expect(await fields()).to.include({ state: "completed", traces: "20", shards_done: "2" });
  });

  it("a replay is said to be cancelled only when nothing of it runs any more", async () => {
    await create(3);
    await commitShard(ledger, hold("s0", await fenceOf("s0")), result());
    const fence = await fenceOf("s1");
    expect((await steerReplay(ledger, "cancel", REPLAY, 4_000)).kind).to.equal("done");
    expect(await fields()).to.include({ state: "running", cancel: "1" });
    expect((await claim("s2")).kind).to.equal("cancelled");
    await releaseShard(ledger, hold("s1", fence));
    expect(await fields()).to.include({ state: "cancelled", traces: "10" });
    expect((await steerReplay(ledger, "cancel", REPLAY, 5_000)).kind).to.equal("ended");
  });

  it("a replay whose last shards failed after cancel is cancelled; one that came to its whole answer is completed", async () => {
    const refused = { reason: "Tempo: 401", retryable: false, maxFailures: 1 };
    await create(1);
    const fence = await fenceOf("s0");
    await steerReplay(ledger, "cancel", REPLAY, 4_000);
    expect((await failShard(ledger, hold("s0", fence), refused)).outcome).to.equal("failed");
    expect(await fields()).to.include({ state: "cancelled", incomplete: "1" });
    ledger = { redis, keys: keysOf(testPrefix()) };
    await create(1);
    const whole = await fenceOf("s0");
    await steerReplay(ledger, "cancel", REPLAY, 4_000);
    await commitShard(ledger, hold("s0", whole), result());
    expect(await fields())
      .to.include({ state: "completed" })
      .and.not.have.property("incomplete");
  });

  it("a replay that nobody started is cancelled at once", async () => {
    await create();
    await steerReplay(ledger, "cancel", REPLAY, 4_000);
    expect(await fields()).to.include({ state: "cancelled" });
  });

  it("a cancelled replay whose worker was lost is settled by the next worker that comes for the shard", async () => {
    await create();
    const lost = await fenceOf("s0");
    await steerReplay(ledger, "cancel", REPLAY, 4_000);
    expect((await claim("s0")).kind).to.equal("cancelled");
    expect(await fields()).to.include({ state: "cancelled", shards_running: "0" });
    expect(await commitShard(ledger, hold("s0", lost), result())).to.equal("stale");
  });

  it("a paused replay whose worker was lost says that nothing runs, and can be cancelled", async () => {
    await create();
    const lost = await fenceOf("s0");
    await steerReplay(ledger, "pause", REPLAY, 4_000);
    expect((await claim("s0")).kind).to.equal("paused");
    expect(await fields()).to.include({ state: "paused", shards_running: "0" });
    expect(await commitShard(ledger, hold("s0", lost), result())).to.equal("stale");
    await steerReplay(ledger, "cancel", REPLAY, 5_000);
    expect(await fields()).to.include({ state: "cancelled" });
  });

  it("a paused replay lets nothing start and running shards finish; resumed, it goes on", async () => {
    await create();
    const fence = await fenceOf("s0");
    expect((await steerReplay(ledger, "pause", REPLAY, 4_000)).kind).to.equal("done");
    expect((await claim("s1")).kind).to.equal("paused");
    expect(await commitShard(ledger, hold("s0", fence), result())).to.equal("written");
    expect(await fields()).to.include({ state: "paused" });
    expect((await steerReplay(ledger, "resume", REPLAY, 4_000)).kind).to.equal("done");
    expect((await claim("s1")).kind).to.equal("claimed");
    expect((await steerReplay(ledger, "resume", REPLAY, 4_000)).kind).to.equal("refused");
  });

  it("the same idempotency key answers with the replay that it made first", async () => {
    await create(1, { key: "k" });
    expect(await create(1, { key: "k", id: "rp_b" })).to.deep.equal({
      kind: "repeated",
      replayId: REPLAY,
      fingerprint: "f",
    });
    expect(await redis.exists(ledger.keys.replay("rp_b"))).to.equal(0);
  });

  it("a creation that is sent again, because its answer was lost, is created once and answered as such", async () => {
    const first = await create();
    expect(first.kind).to.equal("created");
    expect(await create()).to.deep.equal(first);
    expect(await redis.scard(`${ledger.keys.prefix}active`)).to.equal(1);
  });

  it("no more replays are taken than may be open, but a repeated one is answered", async () => {
    await create(1, { key: "k" });
    await create(1, { id: "rp_b" });
    await create(1, { id: "rp_c" });
    expect(await create(1, { id: "rp_d" })).to.deep.equal({ kind: "full", open: 3 });
    expect(await create(1, { id: "rp_e", key: "k" })).to.include({ kind: "repeated" });
    await steerReplay(ledger, "cancel", "rp_b", 1);
    expect((await create(1, { id: "rp_d" })).kind).to.equal("created");
  });

  it("a new replay's jobs are ranked from where the queue stands; an idle queue starts anew", async () => {
    await create(1);
    await claim("s0", 41);
    expect(await create(1, { id: "rp_b" })).to.deep.equal({ kind: "created", priorityBase: 41 });
    await steerReplay(ledger, "cancel", "rp_b", 1);
    await commitShard(ledger, hold("s0", 1), result());
    expect(await create(1, { id: "rp_c" })).to.deep.equal({ kind: "created", priorityBase: 0 });
  });

  it("what is not there is unknown", async () => {
    expect((await claim("s0")).kind).to.equal("unknown");
    expect(await commitShard(ledger, hold("s0", 1), result())).to.equal("unknown");
    expect((await steerReplay(ledger, "cancel", REPLAY, 1)).kind).to.equal("unknown");
  });

  it("a violation found twice is stored once, and listed up to the cap", async () => {
    await create();
    const fence = await fenceOf("s0");
    const found = [1, 2, 3, 4].map((n) => aFoundViolation({ traceId: String(n).padStart(32, "0") }));
    expect(await storeViolations(ledger, hold("s0", fence), found, LISTED)).to.equal("written");
    expect(await storeViolations(ledger, hold("s0", fence), found, LISTED)).to.equal("written");
    expect(await redis.zcard(ledger.keys.ruleViolations("slow-db"))).to.equal(4);
    expect(await redis.zcard(ledger.keys.violations)).to.equal(4);
    expect(await redis.zcard(ledger.keys.replayViolations(REPLAY))).to.equal(3);
    expect(await fields()).to.include({ stored: "3" });
    const moved = aFoundViolation({ traceId: "1".padStart(32, "0"), startNs: START + 99n });
    await storeViolations(ledger, hold("s0", fence), [moved], LISTED);
    expect(await redis.zcard(ledger.keys.violations)).to.equal(4);
  });

  it("keeps the newest violations of each rule, also of one whose oldest is not the oldest of all, and nothing of the rest", async () => {
    await create();
    const fence = await fenceOf("s0");
    const of = (ruleId: string, from: number) =>
      Array.from({ length: 5 }, (_, n) =>
        aFoundViolation({ ruleId, traceId: String(from + n).padStart(32, "0"), startNs: START + BigInt(from + n) }),
      );
    const kept = { ...LISTED, maxPerRule: 4 };
    await storeViolations(ledger, hold("s0", fence), of("first", 0).slice(0, 4), kept);
    await storeViolations(ledger, hold("s0", fence), of("second", 100), kept);
    expect(await redis.zcard(ledger.keys.ruleViolations("first"))).to.equal(4);
    const [oldest] = await redis.zrange(ledger.keys.ruleViolations("second"), "0", "0");
    expect(oldest).to.match(new RegExp(`^0${START + 101n}:`));
    expect(await redis.zcard(ledger.keys.ruleViolations("second"))).to.equal(4);
    expect(await redis.zcard(ledger.keys.violations)).to.equal(8);
    expect(await redis.zcard(ledger.keys.violationExpiry)).to.equal(8);
    expect(await redis.keys(`${ledger.keys.prefix}violation:*`)).to.have.length(8);
  });
});
