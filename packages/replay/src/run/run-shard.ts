import type { CompiledRule } from "@betrace/dsl";
import { TempoError } from "@betrace/tempo";
import { ViolationWriteError, type ViolationWriter } from "@betrace/violations";
import { claimShard, type Claim } from "../ledger/claim-shard.js";
import { commitShard } from "../ledger/commit-shard.js";
import { failShard } from "../ledger/fail-shard.js";
import type { Hold, LedgerContext } from "../ledger/ledger.js";
import { releaseShard } from "../ledger/release-shard.js";
import { reportProgress } from "../ledger/report-progress.js";
import { splitShard } from "../ledger/split-shard.js";
import { storeViolations } from "../ledger/store-violations.js";
import { LIMITS } from "../limits.js";
import type { Log } from "../log.js";
import type { ShardJob } from "../queue/shard-job.js";
import { redisFault, sayRedisFault } from "../redis/fault.js";
import type { RedisHealth } from "../redis/health.js";
import type { Clock } from "../replay.js";
import { FACT_FIELDS, factsOf, type ReplayFacts } from "../status.js";
import { readyRules } from "./evaluate.js";
import { scanShard, TooManyTraces } from "./scan-shard.js";
import { throttled } from "./throttled.js";
import type { TraceSource } from "./trace-source.js";

/** What {@link runShard} works with. */
export interface ShardDeps {
  readonly ledger: LedgerContext;
  readonly source: TraceSource;
  /** Undefined: violations are stored and counted, and no span is written. */
  readonly writer: ViolationWriter | undefined;
  readonly compile: (dsl: string) => CompiledRule;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxFailures?: number;
  readonly maxCrashes?: number;
  readonly maxTracesPerShard?: number;
  readonly maxStoredViolations?: number;
  /** Pause before the second attempt, milliseconds; four times as long before each further one, at most a minute. Default 2,000. */
  readonly retryPauseMs?: number;
  /**
   * Says when Redis takes writes again. Not given: a Redis that fails costs the shard an attempt, or leaves it claimed.
   */
  readonly health?: Pick<RedisHealth, "note" | "usable">;
}

/** How a run of a shard ended. Whatever it is, the ledger already says so. */
export type ShardOutcome =
  | { readonly kind: "committed"; readonly traces: number; readonly violations: number; readonly written: number }
  | { readonly kind: "skipped"; readonly why: Exclude<Claim["kind"], "claimed" | "newer"> }
  /** A newer release wrote this replay: a worker of it must run the shard. */
  | { readonly kind: "newer"; readonly format: number }
  | { readonly kind: "retry"; readonly pauseMs: number; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "split"; readonly children: readonly ShardJob[] }
  /** Handed back because the signal said so. */
  | { readonly kind: "released" }
  /** Another worker has taken the shard over, or the replay has ended. */
  | { readonly kind: "overtaken" };

/** Another claim has overtaken this one while violations were being stored. */
class Overtaken extends Error {}

/**
 * Runs one shard: claim it, decide every trace of its window, write and store the violations, commit. Tempo and the receiver
 * may fail in any way: the outcome says what was made of it. If it is Redis that fails, the shard is handed back as
 * soon as Redis takes writes, at no cost to its attempts. Throws only if Redis still fails when the signal says to
 * stop; the shard may then be claimed, and another worker takes it over.
 */
export async function runShard(
  deps: ShardDeps,
  job: ShardJob,
  options: { readonly priority: number; readonly signal: AbortSignal; readonly onProgress?: (traces: number) => void },
): Promise<ShardOutcome> {
  const { ledger, clock } = deps;
  const nowMs = () => Number(clock.nowNs() / 1_000_000n);
  const claim = await onceRedisTakesIt(deps, options.signal, () =>
    claimShard(ledger, {
      ...job,
      nowMs: nowMs(),
      maxCrashes: deps.maxCrashes ?? LIMITS.maxShardCrashes,
      priority: options.priority,
    }),
  );
  if (claim.kind === "newer") return claim;
  if (claim.kind !== "claimed") return { kind: "skipped", why: claim.kind };
  const hold = (): Hold => ({ ...job, fence: claim.fence, nowMs: nowMs() });
  try {
    const values = await ledger.redis.hmget(ledger.keys.replay(job.replayId), ...FACT_FIELDS);
    const facts = factsOf(Object.fromEntries(FACT_FIELDS.map((name, index) => [name, values[index] ?? ""])));
    return await scanAndCommit(deps, facts, claim, hold, options);
  } catch (error) {
    if (error instanceof Overtaken) return { kind: "overtaken" };
    if (options.signal.aborted) {
      return (await releaseShard(ledger, hold())) === "written" ? { kind: "released" } : { kind: "overtaken" };
    }
    if (deps.health?.note(error)) {
      // Redis is to blame, not the shard.
      const word = await onceRedisTakesIt(deps, options.signal, () => releaseShard(ledger, hold()));
      if (word !== "written") return { kind: "overtaken" };
      return { kind: "retry", pauseMs: deps.retryPauseMs ?? 2_000, reason: judge(error).reason };
    }
    if (error instanceof TooManyTraces) return split(deps, job, hold(), claim);
    return fail(deps, hold(), error);
  }
}

/** How often a running shard says how far it is, milliseconds. */
const REPORT_EVERY_MS = 1_000;

type Claimed = Extract<Claim, { kind: "claimed" }>;

async function scanAndCommit(
  deps: ShardDeps,
  facts: ReplayFacts,
  window: Claimed,
  hold: () => Hold,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress?: (traces: number) => void },
): Promise<ShardOutcome> {
  const maxListed = deps.maxStoredViolations ?? LIMITS.maxStoredViolationsPerReplay;
  const unsplittable = window.again || window.endNs - window.startNs < 2_000_000_000n;
  const report = throttled(REPORT_EVERY_MS, (traces: number) => {
    // A gauge: where Redis does not take it, nothing is lost that the commit does not say.
    reportProgress(deps.ledger, hold(), traces).catch(() => undefined);
  });
  const { writer } = deps;
  const emit = facts.emit && writer !== undefined;
  let written = 0;
  const { tally, read } = await scanShard({
    source: deps.source,
    rules: readyRules(facts.rules, deps.compile),
    replayId: facts.replayId,
    startNs: window.startNs,
    endNs: window.endNs,
    windows: window.windows,
    grid: facts.buckets,
    clock: deps.clock,
    signal,
    maxTraces: unsplittable ? Number.POSITIVE_INFINITY : (deps.maxTracesPerShard ?? LIMITS.maxTracesPerShard),
    onProgress(traces) {
      onProgress?.(traces);
      report(traces);
    },
    async onViolations(violations) {
      if (emit) {
        await writer.write(violations, signal);
        written += violations.length;
      }
      const stored = await storeViolations(deps.ledger, hold(), violations, { maxListed, acknowledged: emit });
      if (stored !== "written") throw new Overtaken();
    },
  });
  signal.throwIfAborted();
  const word = await commitShard(deps.ledger, hold(), {
    ...tally.result(window, read),
    // Each was acknowledged before it was stored; a scan that began anew wrote some of them twice.
    written: emit ? tally.violations : 0,
  });
  if (word !== "written" && word !== "repeated") return { kind: "overtaken" };
  return { kind: "committed", traces: tally.traces, violations: tally.violations, written };
}

async function split(deps: ShardDeps, job: ShardJob, hold: Hold, window: Claimed): Promise<ShardOutcome> {
  const { outcome, children } = await splitShard(deps.ledger, hold, window);
  if (outcome !== "written") return { kind: "overtaken" };
  return { kind: "split", children: children.map(({ shardId }) => ({ replayId: job.replayId, shardId })) };
}

async function fail(deps: ShardDeps, hold: Hold, error: unknown): Promise<ShardOutcome> {
  const { reason, retryable, retryAfterMs } = judge(error);
  const maxFailures = deps.maxFailures ?? LIMITS.maxShardFailures;
  const { outcome, failures } = await failShard(deps.ledger, hold, { reason, retryable, maxFailures });
  const place = { replayId: hold.replayId, shardId: hold.shardId, failures, reason };
  if (outcome === "retry") {
    const longest = Math.min((deps.retryPauseMs ?? 2_000) * 4 ** (failures - 1), 60_000);
    const pauseMs = Math.max(longest * (0.75 + Math.random() / 4), retryAfterMs ?? 0);
    deps.log.warn("a shard will be tried again", { ...place, pauseMs: Math.round(pauseMs) });
    return { kind: "retry", pauseMs, reason };
  }
  if (outcome !== "failed") return { kind: "overtaken" };
  const stack = reason.startsWith("a bug") && error instanceof Error ? error.stack : undefined;
  deps.log.error("a shard was given up: its window is incomplete", { ...place, stack });
  return { kind: "failed", reason };
}

/**
 * Does it, again each time that Redis takes writes after it had refused this one. Throws what Redis failed with when
 * the signal says so.
 */
async function onceRedisTakesIt<T>({ health }: ShardDeps, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (health?.note(error) !== true || signal.aborted) throw error;
      await health.usable(signal);
    }
  }
}

interface Judged {
  readonly reason: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** The one place that turns whatever was thrown into what the ledger keeps. */
function judge(error: unknown): Judged {
  if (error instanceof TempoError) {
    const reason = oneLine(`Tempo could not be read (${error.kind}): ${error.message}`);
    return { reason, retryable: error.retryable, retryAfterMs: error.retryAfterMs };
  }
  if (error instanceof ViolationWriteError) {
    const reason = oneLine(`violations could not be written (${error.kind}): ${error.message}`);
    return { reason, retryable: error.retryable };
  }
  const fault = redisFault(error);
  if (fault !== undefined)
    return { reason: oneLine(`Redis could not be used: ${sayRedisFault(fault)}`), retryable: true };
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { reason: oneLine(`a bug: ${message}`), retryable: true };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 500);
}
