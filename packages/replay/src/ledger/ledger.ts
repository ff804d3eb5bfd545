import type { Redis } from "ioredis";
import type { Keys } from "./keys.js";

/** Where the verbs of the ledger work. */
export interface LedgerContext {
  readonly redis: Redis;
  readonly keys: Keys;
}

/** A claim under which a worker writes. */
export interface Hold {
  readonly replayId: string;
  readonly shardId: string;
  readonly fence: number;
  readonly nowMs: number;
}

/**
 * What a write under a claim came to. `repeated`: this very claim had committed before. `stale`: another claim, or the end of the
 * replay, has overtaken it. Neither changed anything.
 */
export type Written = "written" | "repeated" | "stale" | "unknown";
