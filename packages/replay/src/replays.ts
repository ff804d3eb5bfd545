import type { Severity, Violation } from "@betrace/contracts";
import type { Redis } from "ioredis";
import pLimit from "p-limit";
import type { Period } from "./compliance/period.js";
import { ReplayError } from "./errors.js";
import { createReplay } from "./ledger/create-replay.js";
import { DEFAULT_KEY_PREFIX, keysOf } from "./ledger/keys.js";
import type { LedgerContext } from "./ledger/ledger.js";
import { retryShards } from "./ledger/retry-shards.js";
import { steerReplay } from "./ledger/steer-replay.js";
import { LIMITS } from "./limits.js";
import { pageOfMembers } from "./page.js";
import { fingerprintOf, planReplay } from "./plan/plan-replay.js";
import { bucketGrid } from "./plan/buckets.js";
import { priorityOf } from "./queue/shard-job.js";
import type { ShardQueue } from "./queue/shard-queue.js";
import { openJobs } from "./reconcile.js";
import type { Clock, Ids, ReplayPlan, ReplayRequest, ReplayState, ReplayStatus, ShardStatus } from "./replay.js";
import { newestOfRules } from "./newest-replays.js";
import { createCompiler } from "./rules/compile.js";
import type { Page, PageRequest } from "./rules/rule.js";
import type { RuleStore } from "./rules/store.js";
import { fieldsOf, type KeptShard, shardStatusOf, statusOf } from "./status.js";
import { listReplayViolations, listViolations } from "./violations-list.js";

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
  /** How long a finished replay is kept. Default 90 days. */
  readonly retentionMs?: number;
  /** Replays that may be open at a time; one more, or the retry of one that has ended, is refused with `too_many_replays`. Default 200. */
  readonly maxOpenReplays?: number;
  /** Told when jobs could not be added; the reconciler adds them later. */
  readonly onError?: (error: Error) => void;
}

/** A violation as it is stored; `id` is also the id of the trace that holds its span in Tempo. */
export interface StoredViolation extends Violation {
  readonly id: string;
}

/** Which violations to list; absent means all. */
export interface ViolationQuery extends PageRequest, Period {
  readonly ruleId?: string | undefined;
  readonly service?: string | undefined;
  readonly severity?: Severity | undefined;
  /** What comes first. Default `newest`. */
  readonly order?: "newest" | "oldest" | undefined;
}

/** What a submitted replay is answered with. */
export interface Submitted {
  /** False where the idempotency key was seen before. */
  readonly created: boolean;
  readonly status: ReplayStatus;
}

/** How often replays ended in one way. */
export interface EndedCount {
  readonly state: Extract<ReplayState, "completed" | "failed" | "cancelled">;
  /** Whether some part of their range was not read in full. */
  readonly incomplete: boolean;
  readonly count: number;
}

/**
 * Replays as the API sees them. Refusals are {@link ReplayError}s; anything else that is thrown means that Redis did
 * not answer.
 */
export interface Replays {
  /** Nothing is written. Throws what {@link Replays.submit} throws. */
  plan(request: ReplayRequest): Promise<ReplayPlan>;
  /** Once this resolves the replay will run, even if the process dies in the same instant: see the reconciler. */
  submit(request: ReplayRequest): Promise<Submitted>;
  /** Throws `replay_not_found`. */
  status(replayId: string): Promise<ReplayStatus>;
  /** Undefined if the rule was never replayed. */
  newestOfRule(ruleId: string): Promise<ReplayStatus | undefined>;
  /** The newest replay of each of these rules, in two round trips however many; a rule without one is left out. */
  newestOfRules(ruleIds: readonly string[]): Promise<ReadonlyMap<string, ReplayStatus>>;
  /** Newest first. */
  list(page?: PageRequest & { readonly ruleId?: string | undefined }): Promise<Page<ReplayStatus>>;
  /** In order of time. */
  shards(replayId: string, page?: PageRequest): Promise<Page<ShardStatus>>;
  /** Of one replay, newest first. */
  replayViolations(replayId: string, page?: PageRequest): Promise<Page<StoredViolation>>;
  /**
   * Of all replays; a trace that two replays found stands once per rule version. A page filtered by service or severity may be shorter
   * than its limit: `nextCursor` alone says whether more may follow.
   */
  violations(query?: ViolationQuery): Promise<Page<StoredViolation>>;
  /**
   * Running shards stop within two seconds; a replay that has ended stays as it is. Like those below, it answers with
   * the replay as this very step left it, whatever others ask of it meanwhile.
   */
  cancel(replayId: string): Promise<ReplayStatus>;
  /** Running shards finish, no other starts. */
  pause(replayId: string): Promise<ReplayStatus>;
  resume(replayId: string): Promise<ReplayStatus>;
  /**
   * Reads failed shards and incomplete windows again, with fresh attempts and on the rules that were pinned; what was counted stays
   * counted, once. Throws `replay_not_retryable` for a replay that was cancelled or that has nothing failed or incomplete, and
   * `too_many_replays` for one that has ended while as many as may be open are.
   */
  retry(replayId: string): Promise<ReplayStatus>;
  /** Replays by state, over those that have not ended. */
  activeCounts(): Promise<Readonly<Record<Extract<ReplayState, "queued" | "running" | "paused">, number>>>;
  /** How often replays ended, ever, in every way that they can; one that was retried ends again. For metrics. */
  endedCounts(): Promise<readonly EndedCount[]>;
  /** Violations that are stored of each of these rules, over all replays. For metrics. */
  storedCounts(ruleIds: readonly string[]): Promise<readonly number[]>;
  /** Resolves when every job of the replays submitted here so far was added, or could not be. For tests and shutdown. */
  jobsAdded(): Promise<void>;
}

/** Puts the parts together: rules are pinned, the plan goes to the ledger in one step, jobs follow. */
export function createReplays(options: ReplaysOptions): Replays {
  const { redis, queue, ruleStore, clock, ids } = options;
  const keys = keysOf(options.keyPrefix ?? DEFAULT_KEY_PREFIX);
  const ledger: LedgerContext = { redis, keys };
  const settleNs = BigInt(options.settleSeconds ?? 3_600) * 1_000_000_000n;
  const nowMs = () => Number(clock.nowNs() / 1_000_000n);
  const compile = createCompiler();
  const adding = new Set<Promise<void>>();

  /** Not awaited by the caller: the ledger holds the shards, and the reconciler adds what this does not. */
  function addInBackground(work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) => options.onError?.(error instanceof Error ? error : new Error(String(error))))
      .finally(() => adding.delete(settled));
    adding.add(settled);
  }

  async function plan(request: ReplayRequest): Promise<ReplayPlan> {
    const tracesPerSecond = Number((await redis.get(keys.density)) ?? 0);
    return planReplay({ ruleStore, compile, nowNs: clock.nowNs(), settleNs, tracesPerSecond }, request);
  }

  async function find(replayId: string): Promise<ReplayStatus | undefined> {
    const fields = await redis.hgetall(keys.replay(replayId));
    return fields.state === undefined ? undefined : statusOf(fields, nowMs());
  }

  async function status(replayId: string): Promise<ReplayStatus> {
    const found = await find(replayId);
    if (found === undefined) throw notFound(replayId);
    return found;
  }

  /** Spares the workers the jobs of a cancelled replay. Those that are left, e.g. as another process still adds them, are skipped by whoever takes them. */
  async function removeJobs(replayId: string): Promise<void> {
    await Promise.all(adding);
    await queue.remove(replayId, await redis.smembers(keys.open(replayId)));
  }

  async function steer(verb: "cancel" | "pause" | "resume", replayId: string): Promise<ReplayStatus> {
    const steered = await steerReplay(ledger, verb, replayId, nowMs());
    if (steered.kind === "unknown") throw notFound(replayId);
    const now = statusOf(steered.fields, nowMs());
    if (verb !== "cancel" && steered.kind !== "done") {
      const message = `this replay cannot be ${verb}d: it is ${now.cancelRequested ? "being cancelled" : now.state}`;
      throw new ReplayError(verb === "pause" ? "replay_not_pausable" : "replay_not_resumable", message);
    }
    if (verb === "cancel" && steered.kind === "done") addInBackground(removeJobs(replayId));
    if (verb === "resume") addInBackground(openJobs(ledger, replayId).then((jobs) => queue.add(jobs)));
    return now;
  }

  async function listIds(key: string, request: PageRequest): Promise<Page<string>> {
    const page = await pageOfMembers(redis, { key, order: "backward" }, request);
    return { ...page, items: page.items.map((member) => member.slice(member.indexOf(":") + 1)) };
  }

  const maxOpen = options.maxOpenReplays ?? LIMITS.maxOpenReplays;
  /** Planning and writing a replay is work for this process and for Redis: a thousand that come at once must not delay everything else. */
  const admit = pLimit(LIMITS.maxSubmitsAtOnce);

  function refuse(open: number): never {
    const message = `${open} replays are queued, running or paused, and no more than ${maxOpen} may be: wait for some to end, or cancel them`;
    throw new ReplayError("too_many_replays", message);
  }

  return {
    plan,
    status,
    submit: (request) =>
      admit(async () => {
        if (request.idempotencyKey === undefined) {
          // The ledger decides; this only spares the plan of a replay that it would refuse.
          const open = await redis.scard(keys.active);
          if (open >= maxOpen) refuse(open);
        }
        const planned = await plan(request);
        const replayId = ids.replayId();
        const created = await createReplay(ledger, {
          replayId,
          fields: fieldsOf(
            {
              rules: planned.rules,
              emit: request.emit ?? true,
              startNs: planned.startNs,
              endNs: planned.endNs,
              buckets: bucketGrid(planned.startNs, planned.endNs),
            },
            {
              unsettledFromNs: planned.unsettled?.fromNs,
              retentionMs: options.retentionMs ?? LIMITS.retentionMs,
              maxIncomplete: LIMITS.maxListedIncompleteWindows,
            },
          ),
          ruleIds: planned.rules.map((rule) => rule.ruleId),
          shards: planned.shards,
          acceptedAtMs: nowMs(),
          maxOpen,
          idempotency:
            request.idempotencyKey === undefined
              ? undefined
              : { key: request.idempotencyKey, fingerprint: fingerprintOf(request), rememberMs: LIMITS.idempotencyMs },
        });
        if (created.kind === "full") refuse(created.open);
        if (created.kind === "repeated") {
          if (created.fingerprint !== fingerprintOf(request)) {
            const message = "this idempotency key was used for another replay within the last 24 hours";
            throw new ReplayError("idempotency_conflict", message);
          }
          return { created: false, status: await status(created.replayId) };
        }
        const jobs = planned.shards.map(({ shardId }, ordinal) => ({
          replayId,
          shardId,
          priority: priorityOf(created.priorityBase, ordinal),
        }));
        addInBackground(queue.add(jobs));
        return { created: true, status: await status(replayId) };
      }),
    newestOfRule: async (ruleId) => (await newestOfRules(ledger, [ruleId], nowMs())).get(ruleId),
    newestOfRules: (ruleIds) => newestOfRules(ledger, ruleIds, nowMs()),
    async list(request = {}) {
      const key = request.ruleId === undefined ? keys.replays : keys.ruleReplays(request.ruleId);
      const page = await listIds(key, request);
      const found = await Promise.all(page.items.map(find));
      return { items: found.filter((one) => one !== undefined), nextCursor: page.nextCursor };
    },
    async shards(replayId, request = {}) {
      await status(replayId);
      const page = await pageOfMembers(redis, { key: keys.order(replayId), order: "forward" }, request);
      const shardIds = page.items.map((member) => member.slice(member.indexOf(":") + 1));
      const kept = shardIds.length === 0 ? [] : await redis.hmget(keys.shards(replayId), ...shardIds);
      const items = shardIds.flatMap((shardId, index) => {
        const json = kept[index];
        return json ? [shardStatusOf(shardId, JSON.parse(json) as KeptShard)] : [];
      });
      return { items, nextCursor: page.nextCursor };
    },
    async replayViolations(replayId, request = {}) {
      await status(replayId);
      return listReplayViolations(ledger, replayId, request);
    },
    violations: (query = {}) => listViolations(ledger, query),
    cancel: (replayId) => steer("cancel", replayId),
    pause: (replayId) => steer("pause", replayId),
    resume: (replayId) => steer("resume", replayId),
    async retry(replayId) {
      const retried = await retryShards(ledger, replayId, { nowMs: nowMs(), maxOpen });
      if (retried.kind === "unknown") throw notFound(replayId);
      if (retried.kind === "full") refuse(retried.open);
      if (retried.kind !== "reopened") {
        const why = retried.kind === "nothing" ? "nothing that has ended is failed or incomplete" : "it was cancelled";
        throw new ReplayError("replay_not_retryable", `there is nothing to try again of this replay: ${why}`);
      }
      addInBackground(openJobs(ledger, replayId).then((jobs) => queue.add(jobs)));
      return statusOf(retried.fields, nowMs());
    },
    async activeCounts() {
      const counts = { queued: 0, running: 0, paused: 0 };
      const states = await Promise.all(
        (await redis.smembers(keys.active)).map((id) => redis.hget(keys.replay(id), "state")),
      );
      for (const state of states) {
        if (state === "queued" || state === "running" || state === "paused") counts[state]++;
      }
      return counts;
    },
    async endedCounts() {
      const counts = await redis.hgetall(keys.ended);
      return (["completed", "failed", "cancelled"] as const).flatMap((state) => [
        { state, incomplete: false, count: Number(counts[state] ?? 0) },
        { state, incomplete: true, count: Number(counts[`${state}:incomplete`] ?? 0) },
      ]);
    },
    storedCounts: (ruleIds) => Promise.all(ruleIds.map((id) => redis.zcard(keys.ruleViolations(id)))),
    async jobsAdded() {
      while (adding.size > 0) await Promise.all(adding);
    },
  };
}

function notFound(replayId: string): ReplayError {
  return new ReplayError("replay_not_found", `there is no replay with the id "${replayId.slice(0, 200)}"`);
}
