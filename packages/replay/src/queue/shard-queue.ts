import { Queue } from "bullmq";
import { LIMITS } from "../limits.js";
import { connect, type QueueConnection } from "../redis/connection.js";
import type { RedisHealth } from "../redis/health.js";
import { DEFAULT_QUEUE_PREFIX, encodeJob, jobIdOf, SHARD_QUEUE_NAME, type ShardJob } from "./shard-job.js";

/** What {@link createShardQueue} needs. */
export interface ShardQueueOptions {
  readonly connection: QueueConnection;
  /** In front of BullMQ's keys. Default `betrace-bull`. */
  readonly queuePrefix?: string;
  /** Told of errors that are not Redis's. */
  readonly onError?: (error: Error) => void;
  /** Watches the queue's connection. */
  readonly health?: RedisHealth;
}

/** Jobs by what the queue does with them. */
export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
}

/** The queue of shard jobs. The ledger says what is true; the queue only says who works next. */
export interface ShardQueue {
  /** Adds a job per shard, in chunks; adding one that is there already changes nothing. */
  add(jobs: readonly (ShardJob & { readonly priority: number })[]): Promise<void>;
  /** Takes the jobs of these shards out, in chunks; those that a worker holds stay. About 0.4 s for 10,000. */
  remove(replayId: string, shardIds: readonly string[]): Promise<void>;
  /** Which of these shards have a job that a worker holds or will get, in the same order. */
  holds(replayId: string, shardIds: readonly string[]): Promise<readonly boolean[]>;
  counts(): Promise<QueueCounts>;
  /** BullMQ's own metrics in Prometheus text format. */
  prometheus(): Promise<string>;
  close(): Promise<void>;
}

/** Where a job can be: locked by a worker, in two sets, or in three lists. One that is in none of them is never run. */
const PLACES = 6;

/**
 * Opens the queue for adding. Its connection tries a command three times, so that a caller hears of an outage instead of
 * hanging; `options` with `enableOfflineQueue: false` says it at once.
 */
export function createShardQueue({ connection, queuePrefix, onError, health }: ShardQueueOptions): ShardQueue {
  const redis = connect(connection, { maxRetriesPerRequest: 3 });
  const queue = new Queue(SHARD_QUEUE_NAME, {
    connection: redis,
    prefix: queuePrefix ?? DEFAULT_QUEUE_PREFIX,
    defaultJobOptions: {
      // A finished job must not stand in the way of adding the shard again; what it came to is in the ledger.
      removeOnComplete: true,
      removeOnFail: true,
      // Failures are counted in the ledger; only a worker that cannot reach Redis spends these.
      attempts: 3,
      backoff: { type: "fixed", delay: 1_000 },
      stackTraceLimit: 5,
    },
  });
  health?.watch(redis);
  queue.on("error", (error) => {
    if (health?.note(error) !== true) onError?.(error);
  });
  return {
    async add(jobs) {
      for (let from = 0; from < jobs.length; from += LIMITS.jobChunk) {
        const chunk = jobs.slice(from, from + LIMITS.jobChunk);
        await queue.addBulk(
          chunk.map((job) => ({
            name: "shard",
            data: encodeJob(job),
            opts: { jobId: jobIdOf(job), priority: job.priority },
          })),
        );
      }
    },
    async remove(replayId, shardIds) {
      for (let from = 0; from < shardIds.length; from += LIMITS.jobChunk) {
        const chunk = shardIds.slice(from, from + LIMITS.jobChunk);
        await Promise.all(chunk.map((shardId) => queue.remove(jobIdOf({ replayId, shardId }))));
      }
    },
    async holds(replayId, shardIds) {
      if (shardIds.length === 0) return [];
      // In one transaction: a job that moves from one place to the next is in one of them.
      const asked = redis.multi();
      for (const shardId of shardIds) {
        const jobId = jobIdOf({ replayId, shardId });
        asked.exists(`${queue.toKey(jobId)}:lock`);
        for (const set of ["prioritized", "delayed"]) asked.zscore(queue.toKey(set), jobId);
        for (const list of ["active", "wait", "paused"]) asked.lpos(queue.toKey(list), jobId);
      }
      const replies = ((await asked.exec()) ?? []).map(([error, reply]) => {
        if (error) throw error;
        return reply;
      });
      return shardIds.map((_id, index) => {
        const [locks, ...places] = replies.slice(index * PLACES, (index + 1) * PLACES);
        return locks === 1 || places.some((place) => place !== null);
      });
    },
    async counts() {
      const counts = await queue.getJobCounts("waiting", "prioritized", "active", "delayed");
      return {
        waiting: (counts.waiting ?? 0) + (counts.prioritized ?? 0),
        active: counts.active ?? 0,
        delayed: counts.delayed ?? 0,
      };
    },
    prometheus: () => queue.exportPrometheusMetrics(),
    async close() {
      await queue.close();
      redis.disconnect();
    },
  };
}
