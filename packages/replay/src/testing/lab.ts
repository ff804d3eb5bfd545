import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { ViolationWriter } from "@betrace/violations";
import type { Log } from "../log.js";
import { createShardQueue, type ShardQueue } from "../queue/shard-queue.js";
import { createReplays, type Replays } from "../replays.js";
import type { ReplayState, ReplayStatus } from "../replay.js";
import { createRuleStore, type RuleStore } from "../rules/store.js";
import type { TraceSource } from "../run/trace-source.js";
import { systemClock, systemIds } from "../system.js";
import { createShardWorker, type ShardWorker, type ShardWorkerOptions } from "../worker.js";
import { type TestRedis, testPrefix } from "./redis.js";

/** Says nothing. */
export const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Everything around a replay, on a Redis and under a prefix of its own. */
export interface Lab {
  readonly redis: Redis;
  readonly keyPrefix: string;
  readonly queuePrefix: string;
  readonly queue: ShardQueue;
  readonly rules: RuleStore;
  readonly replays: Replays;
  worker(source: TraceSource, more?: Partial<ShardWorkerOptions>): ShardWorker;
  until(replayId: string, states: readonly ReplayState[]): Promise<ReplayStatus>;
  close(): Promise<void>;
}

/** Builds a lab; closes every worker that it made. */
export function createLab(server: TestRedis): Lab {
  const redis = new Redis(server.url);
  const keyPrefix = testPrefix();
  const queuePrefix = `bull-${keyPrefix.replaceAll(":", "")}`;
  const connection = { url: server.url };
  const queue = createShardQueue({ connection, queuePrefix });
  const rules = createRuleStore({ redis, clock: systemClock, keyPrefix });
  const replays = createReplays({ redis, queue, ruleStore: rules, clock: systemClock, ids: systemIds, keyPrefix });
  const workers: ShardWorker[] = [];
  return {
    redis,
    keyPrefix,
    queuePrefix,
    queue,
    rules,
    replays,
    worker(source, more = {}) {
      const worker = createShardWorker({
        redis,
        connection,
        tempo: source,
        writer: undefined,
        clock: systemClock,
        log: SILENT,
        keyPrefix,
        queuePrefix,
        cancelPollMs: 50,
        ...more,
      });
      workers.push(worker);
      return worker;
    },
    async until(replayId, states) {
      for (;;) {
        const status = await replays.status(replayId);
        if (states.includes(status.state)) return status;
        await sleep(15);
      }
    },
    async close() {
      await replays.jobsAdded();
      await Promise.all(workers.map((worker) => worker.close()));
      await queue.close();
      redis.disconnect();
    },
  };
}

/** A writer that remembers what it was given, and fails if told to. */
export function memoryWriter(
  fail: () => Error | undefined = () => undefined,
): ViolationWriter & { traceIds: string[] } {
  const traceIds: string[] = [];
  return {
    traceIds,
    async write(violations) {
      const error = fail();
      if (error !== undefined) throw error;
      traceIds.push(...violations.map((violation) => violation.traceId));
    },
    close: async () => {},
  };
}
