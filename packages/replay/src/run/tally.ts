import type { Violation } from "@betrace/contracts";
import type { ShardResult } from "../ledger/commit-shard.js";
import { LIMITS } from "../limits.js";
import { bucketOf, type BucketGrid } from "../plan/buckets.js";
import type { IncompleteWindow } from "../replay.js";

/** Counts what a shard finds, until it is committed in one step. */
export interface Tally {
  addTraces(count: number): void;
  addViolation(ruleIndex: number, violation: Violation): void;
  /** A trace on which evaluation broke. */
  addBroken(traceId: string, error: Error): void;
  /** A trace that violates, and whose span could not be named; why, where that is known. */
  addUnnamed(traceId: string, why: string | undefined): void;
  readonly traces: number;
  readonly violations: number;
  result(shard: Scanned, read: Read): Omit<ShardResult, "written">;
}

interface NsWindow {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** A shard, and what was read of it: all of it where that is not said. */
export interface Scanned extends NsWindow {
  readonly windows?: readonly NsWindow[];
}

/** What the scan itself reports. */
export interface Read {
  readonly incomplete: readonly IncompleteWindow[];
  readonly fetchedById: number;
}

export function createTally(grid: BucketGrid): Tally {
  const byRule = new Map<number, number>();
  const byBucket = new Map<number, number>();
  let traces = 0;
  let violations = 0;
  let first: bigint | undefined;
  let last: bigint | undefined;
  let broken: { readonly example: string; count: number } | undefined;
  let unnamed: { readonly example: string; count: number } | undefined;
  return {
    addTraces(count) {
      traces += count;
    },
    addViolation(ruleIndex, { startNs }) {
      violations++;
      byRule.set(ruleIndex, (byRule.get(ruleIndex) ?? 0) + 1);
      const bucket = bucketOf(grid, startNs);
      byBucket.set(bucket, (byBucket.get(bucket) ?? 0) + 1);
      if (first === undefined || startNs < first) first = startNs;
      if (last === undefined || startNs > last) last = startNs;
    },
    addBroken(traceId, error) {
      broken ??= { example: `${traceId}: ${error.message}`, count: 0 };
      broken.count++;
    },
    addUnnamed(traceId, why) {
      unnamed ??= { example: why ?? `trace ${traceId}`, count: 0 };
      unnamed.count++;
    },
    get traces() {
      return traces;
    },
    get violations() {
      return violations;
    },
    result({ startNs, endNs, windows = [{ startNs, endNs }] }, { incomplete, fetchedById }) {
      const undecided: string[] = [];
      if (broken !== undefined) {
        undecided.push(`evaluation broke on ${broken.count} traces, e.g. ${broken.example}`.slice(0, 500));
      }
      if (unnamed !== undefined) {
        undecided.push(
          `${unnamed.count} violating traces were not counted, for want of the span to point at: ${unnamed.example}`.slice(
            0,
            500,
          ),
        );
      }
      const own = undecided.flatMap((reason) => windows.map(({ startNs, endNs }) => ({ startNs, endNs, reason })));
      const unread = merged(incomplete);
      const holesCounted = own.length > 0 || unread.length > LIMITS.maxHolesPerShard;
      return {
        traces,
        fetchedById,
        evaluationErrors: broken?.count ?? 0,
        violationsByRule: byRule,
        violationsByBucket: byBucket,
        firstViolationNs: first,
        lastViolationNs: last,
        incomplete: [...incomplete, ...own],
        holes: holesCounted ? windows : unread,
        holesCounted,
      };
    },
  };
}

/** Windows in order of time, those that touch as one. */
function merged(windows: readonly NsWindow[]): NsWindow[] {
  const sorted = [...windows].sort((a, b) => (a.startNs < b.startNs ? -1 : 1));
  const apart: { startNs: bigint; endNs: bigint }[] = [];
  for (const { startNs, endNs } of sorted) {
    const last = apart.at(-1);
    if (last === undefined || last.endNs < startNs) apart.push({ startNs, endNs });
    else if (last.endNs < endNs) last.endNs = endNs;
  }
  return apart;
}
