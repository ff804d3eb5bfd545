// How fast the ledger takes commits, and what a repeated one costs: `tsx packages/replay/bench/ledger.ts [shards]`.
import { Redis } from "ioredis";
import { claimShard } from "../src/ledger/claim-shard.js";
import { commitShard, type ShardResult } from "../src/ledger/commit-shard.js";
import { createReplay } from "../src/ledger/create-replay.js";
import { keysOf } from "../src/ledger/keys.js";
import { statusOf } from "../src/status.js";
import { startTestRedis, testPrefix } from "../src/testing/redis.js";

const shards = Number(process.argv[2] ?? 10_000);
const server = await startTestRedis();
const redis = new Redis(server.url);
const ledger = { redis, keys: keysOf(testPrefix()) };
const result: ShardResult = {
  traces: 100,
  fetchedById: 0,
  evaluationErrors: 0,
  violationsByRule: new Map([[0, 3]]),
  violationsByBucket: new Map([[1, 3]]),
  firstViolationNs: 1_784_073_600_000_000_001n,
  lastViolationNs: 1_784_073_600_000_000_002n,
  incomplete: [],
  holes: [],
  holesCounted: false,
  written: 0,
};

async function timed(what: string, count: number, work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  console.log(`${what}: ${ms.toFixed(1)} ms, ${Math.round((count * 1_000) / ms)}/s`);
}

const ids = Array.from({ length: shards }, (_, index) => `s${index}`);
const hold = (shardId: string) => ({ replayId: "rp_bench", shardId, fence: 1, nowMs: 2_000 });
await timed(`create a replay of ${shards} shards`, 1, () =>
  createReplay(ledger, {
    replayId: "rp_bench",
    fields: { retention_ms: "60000", max_incomplete: "10", rules: "[]" },
    ruleIds: ["r"],
    shards: ids.map((shardId, index) => ({ shardId, startNs: BigInt(index), endNs: BigInt(index + 1) })),
    acceptedAtMs: 1_000,
    maxOpen: 3,
    idempotency: undefined,
  }),
);
await timed("claim", shards, () =>
  Promise.all(
    ids.map((shardId) => claimShard(ledger, { replayId: "rp_bench", shardId, nowMs: 1, maxCrashes: 5, priority: 1 })),
  ),
);
await timed("commit", shards, () => Promise.all(ids.map((shardId) => commitShard(ledger, hold(shardId), result))));
await timed("repeat every commit", shards, () =>
  Promise.all(ids.map((shardId) => commitShard(ledger, hold(shardId), result))),
);
await timed("status", 1_000, async () => {
  for (let i = 0; i < 1_000; i++) statusOf(await redis.hgetall(ledger.keys.replay("rp_bench")), 3_000);
});
const status = statusOf(await redis.hgetall(ledger.keys.replay("rp_bench")), 3_000);
console.log(`${server.kind}: ${status.state}, ${status.tracesEvaluated} traces, ${status.violationsFound} violations`);
redis.disconnect();
await server.close();
