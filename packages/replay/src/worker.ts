import type { TempoClient } from "@betrace/tempo";
import type { ViolationWriter } from "@betrace/violations";
import type { Redis } from "ioredis";
import type { Log } from "./log.js";
import type { QueueConnection } from "./queue/shard-queue.js";
import type { Clock } from "./replay.js";

/** What {@link createShardWorker} needs. */
export interface ShardWorkerOptions {
  /** For the ledger. */
  readonly redis: Redis;
  /** For BullMQ, which makes its own connections. */
  readonly connection: QueueConnection;
  readonly tempo: TempoClient;
  /** Undefined: violations are stored and counted, and no span is written. */
  readonly writer: ViolationWriter | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Shards at a time. Default 2. */
  readonly concurrency?: number;
  readonly keyPrefix?: string;
  readonly queuePrefix?: string;
  /** How often cancelled replays are looked for, milliseconds. Default 1,000. */
  readonly cancelPollMs?: number;
}

/** What a worker is doing and has done since it started; for metrics. */
export interface WorkerGauge {
  readonly activeShards: number;
  readonly tracesInProgress: number;
  readonly tracesEvaluated: number;
  readonly violationsFound: number;
  readonly violationsWritten: number;
  readonly shardsCommitted: number;
  readonly shardsRetried: number;
  readonly shardsFailed: number;
}

export interface ShardWorker {
  gauge(): WorkerGauge;
  /** Takes no new shard, hands the running ones back at no cost to their attempts, and resolves when nothing runs. */
  close(): Promise<void>;
}

export function createShardWorker(_options: ShardWorkerOptions): ShardWorker {
  throw new Error("not built yet");
}
