import type { RedisOptions } from "ioredis";

/** Where a queue or a worker connects: BullMQ makes its own connections from it. */
export interface QueueConnection {
  readonly url: string;
  readonly options?: RedisOptions;
}

/** What {@link createShardQueue} needs. */
export interface ShardQueueOptions {
  readonly connection: QueueConnection;
  /** In front of BullMQ's keys. Default `betrace-bull`. */
  readonly queuePrefix?: string;
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
  add(
    jobs: readonly { readonly replayId: string; readonly shardId: string; readonly priority: number }[],
  ): Promise<void>;
  /** Which of these shards have a job, in the same order. */
  holds(replayId: string, shardIds: readonly string[]): Promise<readonly boolean[]>;
  counts(): Promise<QueueCounts>;
  /** BullMQ's own metrics in Prometheus text format. */
  prometheus(): Promise<string>;
  close(): Promise<void>;
}

export function createShardQueue(_options: ShardQueueOptions): ShardQueue {
  throw new Error("not built yet");
}
