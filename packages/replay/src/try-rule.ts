import type { Violation } from "@betrace/contracts";
import { TempoError } from "@betrace/tempo";
import { violationSpanIds } from "@betrace/violations";
import { bucketGrid } from "./plan/buckets.js";
import { pinUnsaved } from "./plan/plan-replay.js";
import type { Clock, IncompleteWindow } from "./replay.js";
import type { StoredViolation } from "./replays.js";
import { compileText } from "./rules/compile.js";
import { type RunningRule, readyRules } from "./run/evaluate.js";
import { scanShard } from "./run/scan-shard.js";
import { throttled } from "./run/throttled.js";
import type { TraceSource } from "./run/trace-source.js";

/** A rule to run once over a short range, and how much that may cost. */
export interface TryRequest {
  /** From {@link readyToTry}. */
  readonly rules: readonly RunningRule[];
  /** Half-open, Unix nanoseconds. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Once this many violations are known, no older part is read. */
  readonly maxMatches: number;
  /** No part is read on after this many milliseconds. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
  /** Told at most five times a second, and after each part. */
  readonly onProgress?: (progress: TryProgress) => void;
  /** Told of each match once, when its part was read; newest first. */
  readonly onMatch?: (match: StoredViolation) => void;
}

export interface TryProgress {
  /** Of what was read in full, and of the part that is being read. */
  readonly tracesEvaluated: number;
  readonly violationsFound: number;
  /** From here to the end of the range everything was read. */
  readonly readFromNs: bigint;
}

/** What a try found. Counts are exact for the range from `readFromNs` on, except in its incomplete windows. */
export interface TryResult extends TryProgress {
  /** The newest violations, at most as many as were asked for. Stored nowhere: their replay id is empty. */
  readonly matches: readonly StoredViolation[];
  readonly firstViolationNs: bigint | undefined;
  readonly incompleteWindows: readonly IncompleteWindow[];
  /** Why nothing before `readFromNs` was read; undefined if the whole range was. */
  readonly stopped: TryStop | undefined;
}

export interface TryStop {
  readonly reason: "matches" | "time" | "tempo";
  /** A sentence for a person. */
  readonly detail: string;
}

/** A text that is no stored rule, ready to run. Throws `rule_rejected`. */
export function readyToTry(dsl: string): readonly RunningRule[] {
  return readyRules([pinUnsaved({ dsl, name: "the rule being tried" })], compileText);
}

const MINUTE_NS = 60_000_000_000n;
/** Parts that are read within the first time are followed by one four times as wide, within the second by one twice as wide. */
const QUICK_MS = 500;
const STEADY_MS = 3_000;
const PROGRESS_EVERY_MS = 200;

/**
 * Runs a rule that nobody saved: the newest minute first, then older parts that grow while Tempo is quick, so that first matches come soon
 * and what was read is always everything up to the end of the range. Stores and emits nothing. Throws the signal's reason on abort; a Tempo
 * that cannot be read is a way to stop.
 */
export async function tryRule(
  { source, clock }: { readonly source: TraceSource; readonly clock: Clock },
  request: TryRequest,
): Promise<TryResult> {
  const { rules, startNs, endNs, maxMatches, budgetMs } = request;
  const deadline = AbortSignal.timeout(budgetMs);
  const signal = AbortSignal.any([request.signal, deadline]);
  const progress = throttled(PROGRESS_EVERY_MS, (now: TryProgress) => request.onProgress?.(now));
  const matches: StoredViolation[] = [];
  const incompleteWindows: IncompleteWindow[] = [];
  let firstViolationNs: bigint | undefined;
  let read: TryProgress = { tracesEvaluated: 0, violationsFound: 0, readFromNs: endNs };
  const result = (stopped: TryStop | undefined): TryResult => ({
    ...read,
    matches,
    firstViolationNs,
    incompleteWindows: [...incompleteWindows].sort((a, b) => (a.startNs < b.startNs ? -1 : 1)),
    stopped,
  });

  let widthNs = MINUTE_NS;
  while (read.readFromNs > startNs) {
    if (matches.length >= maxMatches) return result({ reason: "matches", detail: `${maxMatches} matches were found` });
    const until = read.readFromNs;
    const part = { startNs: until - widthNs > startNs ? until - widthNs : startNs, endNs: until };
    const newest = newestOf(maxMatches - matches.length);
    const beganAt = performance.now();
    try {
      const { tally, read: report } = await scanShard({
        source,
        rules,
        replayId: "",
        ...part,
        grid: bucketGrid(part.startNs, part.endNs),
        clock,
        signal,
        maxTraces: Number.POSITIVE_INFINITY,
        onProgress: (traces) => progress({ ...read, tracesEvaluated: read.tracesEvaluated + traces }),
        onViolations: async (violations) => newest.add(violations),
      });
      const { incomplete, firstViolationNs: first } = tally.result(part, report);
      incompleteWindows.push(...incomplete);
      firstViolationNs = first ?? firstViolationNs;
      read = {
        tracesEvaluated: read.tracesEvaluated + tally.traces,
        violationsFound: read.violationsFound + tally.violations,
        readFromNs: part.startNs,
      };
    } catch (error) {
      request.signal.throwIfAborted();
      if (deadline.aborted) return result({ reason: "time", detail: `${budgetMs / 1_000} s were over` });
      if (error instanceof TempoError) return result({ reason: "tempo", detail: error.message });
      throw error;
    }
    for (const violation of newest.list()) {
      const match = { ...violation, id: violationSpanIds(violation.ruleId, 1, violation.traceId).traceId };
      matches.push(match);
      request.onMatch?.(match);
    }
    request.onProgress?.(read);
    const took = performance.now() - beganAt;
    widthNs *= took < QUICK_MS ? 4n : took < STEADY_MS ? 2n : 1n;
  }
  return result(undefined);
}

/** Keeps the newest of many violations, a bounded number at any time. */
function newestOf(limit: number) {
  let kept: Violation[] = [];
  const cut = () => {
    kept = kept.sort((a, b) => (a.startNs > b.startNs ? -1 : a.startNs < b.startNs ? 1 : 0)).slice(0, limit);
  };
  return {
    add(violations: readonly Violation[]) {
      kept.push(...violations);
      if (kept.length > 4 * limit) cut();
    },
    list(): readonly Violation[] {
      cut();
      return kept;
    },
  };
}
