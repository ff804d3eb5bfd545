import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { DEFAULT_KEY_PREFIX, keysOf } from "./ledger/keys.js";
import type { LedgerContext } from "./ledger/ledger.js";
import { run, script } from "./ledger/script.js";
import type { Log } from "./log.js";
import { priorityOf, REPLAY_FORMAT, type ShardJob } from "./queue/shard-job.js";
import type { ShardQueue } from "./queue/shard-queue.js";
import type { RedisHealth } from "./redis/health.js";
import type { Clock } from "./replay.js";
import { trimRetained } from "./retention.js";
import type { KeptShard } from "./status.js";

/** What {@link startReconciler} needs. */
export interface ReconcilerOptions {
  readonly redis: Redis;
  readonly queue: ShardQueue;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of what is Redis's; not given: the log does. */
  readonly health?: RedisHealth;
  readonly keyPrefix?: string;
  /** How often the ledger is walked, milliseconds. Default 10,000: a lost job is back within that time. */
  readonly everyMs?: number;
}

/** What one walk over the ledger did. */
export interface Reconciled {
  /** False where another process holds the lease. */
  readonly held: boolean;
  readonly replays: number;
  readonly jobsAdded: number;
}

export interface Reconciler {
  /** Walks once, now. */
  runOnce(): Promise<Reconciled>;
  /** Stops walking; a walk under way is waited for. */
  close(): Promise<void>;
}

/** Longer than any walk should take; a holder that died is replaced after this. */
const LEASE_MS = 30_000;
/** Shards looked at in one go. */
const CHUNK = 500;

const RELEASE_LEASE = script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return { 'done' }
`);

/**
 * Walks the ledger and brings back what the queue lost: a shard that is open, and that no worker has or will get, gets
 * its job again. Safe to repeat and to run beside itself, as the ledger guards what a job may do; a lease only saves
 * the work. Also trims what retention no longer keeps.
 */
export function startReconciler(options: ReconcilerOptions): Reconciler {
  const { redis, queue, log, clock } = options;
  const ledger: LedgerContext = { redis, keys: keysOf(options.keyPrefix ?? DEFAULT_KEY_PREFIX) };
  const lease = ledger.keys.reconcileLease;
  let running: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function walk(): Promise<Reconciled> {
    const token = randomUUID();
    if ((await redis.set(lease, token, "PX", LEASE_MS, "NX")) !== "OK")
      return { held: false, replays: 0, jobsAdded: 0 };
    try {
      const replayIds = await redis.smembers(ledger.keys.active);
      let jobsAdded = 0;
      for (const replayId of replayIds) {
        if (closed) break;
        const lost = await lostJobs(ledger, queue, replayId);
        if (lost.length === 0) continue;
        // What a script of BullMQ's left of a job when it stopped in the middle would be taken for the job itself.
        await queue.remove(
          replayId,
          lost.map((job) => job.shardId),
        );
        await queue.add(lost);
        jobsAdded += lost.length;
        log.warn("jobs of open shards were missing and are back", { replayId, jobs: lost.length });
      }
      await trimRetained(ledger, Number(clock.nowNs() / 1_000_000n));
      return { held: true, replays: replayIds.length, jobsAdded };
    } finally {
      await run(redis, RELEASE_LEASE, [lease], [token]);
    }
  }

  function runOnce(): Promise<Reconciled> {
    const next = running.then(walk, walk);
    running = next.catch(() => undefined);
    return next;
  }

  const timer = setInterval(() => {
    runOnce().catch((error: unknown) => {
      if (options.health?.note(error) !== true) log.warn("the ledger could not be walked", { error: String(error) });
    });
  }, options.everyMs ?? 10_000);

  return {
    runOnce,
    async close() {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
}

/** A shard that waits for a worker, or whose worker may be gone, with the rank its job had. */
export type OpenJob = ShardJob & { readonly priority: number };

/** Every shard of a replay that should have a job. While it is paused or being cancelled, those that run: their worker may be gone. */
export async function openJobs({ redis, keys }: LedgerContext, replayId: string): Promise<readonly OpenJob[]> {
  const names = ["state", "cancel", "priority_base", "format"] as const;
  const [state, cancel, base, format] = await redis.hmget(keys.replay(replayId), ...names);
  // Its jobs would be written in a format that is not its own; whoever wrote it brings them back.
  if (Number(format ?? 0) > REPLAY_FORMAT) return [];
  if (state !== "queued" && state !== "running" && state !== "paused") return [];
  const nothingStarts = state === "paused" || cancel === "1";
  const jobs: OpenJob[] = [];
  const shardIds = (await redis.smembers(keys.open(replayId))).sort();
  for (let from = 0; from < shardIds.length; from += CHUNK) {
    const chunk = shardIds.slice(from, from + CHUNK);
    const kept = await redis.hmget(keys.shards(replayId), ...chunk);
    for (const [index, shardId] of chunk.entries()) {
      const json = kept[index];
      if (!json) continue;
      const shard = JSON.parse(json) as KeptShard;
      if (nothingStarts && shard.state !== "running") continue;
      jobs.push({ replayId, shardId, priority: priorityOf(Number(base ?? 0), shard.ordinal) });
    }
  }
  return jobs;
}

async function lostJobs(ledger: LedgerContext, queue: ShardQueue, replayId: string): Promise<readonly OpenJob[]> {
  const jobs = await openJobs(ledger, replayId);
  const lost: OpenJob[] = [];
  for (let from = 0; from < jobs.length; from += CHUNK) {
    const chunk = jobs.slice(from, from + CHUNK);
    const held = await queue.holds(
      replayId,
      chunk.map((job) => job.shardId),
    );
    lost.push(...chunk.filter((_job, index) => held[index] === false));
  }
  return lost;
}
