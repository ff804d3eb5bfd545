import type { Redis } from "ioredis";
import type { Log } from "./log.js";
import type { ShardQueue } from "./queue/shard-queue.js";
import type { Clock } from "./replay.js";

export interface ReconcilerOptions {
  readonly redis: Redis;
  readonly queue: ShardQueue;
  readonly clock: Clock;
  readonly log: Log;
  readonly keyPrefix?: string;
  /** How often the ledger is walked, milliseconds. Default 10,000. */
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
  close(): Promise<void>;
}

/** Walks the ledger and brings back what the queue lost. Any number may run; a lease lets one work at a time. */
export function startReconciler(_options: ReconcilerOptions): Reconciler {
  throw new Error("not built yet");
}
