import type { Violation } from "@betrace/contracts";
import type { Redis } from "ioredis";
import type { ShardQueue } from "./queue/shard-queue.js";
import type { Clock, Ids, ReplayPlan, ReplayRequest, ReplayState, ReplayStatus, ShardStatus } from "./replay.js";
import type { Page, PageRequest } from "./rules/rule.js";
import type { RuleStore } from "./rules/store.js";

/** What {@link createReplays} needs. */
export interface ReplaysOptions {
  readonly redis: Redis;
  readonly queue: ShardQueue;
  readonly ruleStore: RuleStore;
  readonly clock: Clock;
  readonly ids: Ids;
  /** In front of every key. Default `betrace:`. */
  readonly keyPrefix?: string;
  /** Data younger than this may still move inside Tempo. Default 3,600. */
  readonly settleSeconds?: number;
  /** Default 90 days. */
  readonly retentionMs?: number;
}

/** A violation as it is stored; `id` is also the id of the trace that holds its span in Tempo. */
export interface StoredViolation extends Violation {
  readonly id: string;
}

/** Which violations to list; absent means all. */
export interface ViolationQuery extends PageRequest {
  readonly ruleId?: string | undefined;
  /** Half-open, by the time the violation happened, Unix nanoseconds. */
  readonly startNs?: bigint | undefined;
  readonly endNs?: bigint | undefined;
}

/** What a submitted replay is answered with. */
export interface Submitted {
  /** False where the idempotency key was seen before. */
  readonly created: boolean;
  readonly status: ReplayStatus;
}

/**
 * Replays as the API sees them. Refusals are {@link ReplayError}s; anything else that is thrown means that Redis did
 * not answer.
 */
export interface Replays {
  /** Nothing is written. Throws what {@link Replays.submit} throws. */
  plan(request: ReplayRequest): Promise<ReplayPlan>;
  /** Once this resolves the replay will run, even where the process dies in the same instant: see the reconciler. */
  submit(request: ReplayRequest): Promise<Submitted>;
  /** Throws `replay_not_found`. */
  status(replayId: string): Promise<ReplayStatus>;
  /** Undefined where the rule was never replayed. */
  newestOfRule(ruleId: string): Promise<ReplayStatus | undefined>;
  /** Newest first. */
  list(page?: PageRequest & { readonly ruleId?: string | undefined }): Promise<Page<ReplayStatus>>;
  /** In order of time. */
  shards(replayId: string, page?: PageRequest): Promise<Page<ShardStatus>>;
  /** Of one replay, newest first. */
  replayViolations(replayId: string, page?: PageRequest): Promise<Page<StoredViolation>>;
  /** Of all replays, newest first; a trace that two replays found stands once per rule version. */
  violations(query?: ViolationQuery): Promise<Page<StoredViolation>>;
  /** Running shards stop within two seconds; a replay that has ended stays as it is. */
  cancel(replayId: string): Promise<ReplayStatus>;
  /** Running shards finish, no other starts. */
  pause(replayId: string): Promise<ReplayStatus>;
  resume(replayId: string): Promise<ReplayStatus>;
  /** Replays by state, over those that have not ended. */
  activeCounts(): Promise<Readonly<Record<Extract<ReplayState, "queued" | "running" | "paused">, number>>>;
}

export function createReplays(_options: ReplaysOptions): Replays {
  throw new Error("not built yet");
}
