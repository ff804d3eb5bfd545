import { setImmediate as nextTurn } from "node:timers/promises";
import type { SpanField, SpanRef, Trace, Violation } from "@betrace/contracts";
import { combineForScan, offendingSpanOf, type ScanFilters } from "@betrace/dsl";
import { TempoError } from "@betrace/tempo";
import type { BucketGrid } from "../plan/buckets.js";
import type { Clock, IncompleteWindow } from "../replay.js";
import { createDecider, type Finding, type RunningRule, violationOf } from "./evaluate.js";
import { createTally, type Read, type Tally } from "./tally.js";
import type { TraceSource } from "./trace-source.js";

/** What a shard's scan works with. */
export interface ShardScan {
  readonly source: TraceSource;
  readonly rules: readonly RunningRule[];
  readonly replayId: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** What is to be read of it, disjoint and in order. Default: all of it. */
  readonly windows?: readonly { readonly startNs: bigint; readonly endNs: bigint }[];
  readonly grid: BucketGrid;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** More traces than this throw {@link TooManyTraces}. */
  readonly maxTraces: number;
  /** Told how many traces were decided so far. */
  readonly onProgress: (traces: number) => void;
  /**
   * Takes violations in batches, one at a time. The scan gathers the next one meanwhile and then waits, so a shard full of them is never
   * held in memory.
   */
  readonly onViolations: (violations: readonly Violation[]) => Promise<void>;
}

/** The window holds more traces than one shard should: two shards will do better. */
export class TooManyTraces extends Error {
  constructor(limit: number) {
    super(`the window holds more than ${limit} traces`);
    this.name = "TooManyTraces";
  }
}

/** Violations handed on, and traces read to name a span, at a time. */
const BATCH = 1_000;
/** Deciding holds the event loop no longer than this, so that locks are renewed and aborts are heard. */
const SLICE_MS = 20;

/** Decides every trace of a window once for all rules, and hands on what violates. Throws what the source or the taker throws. */
export async function scanShard(scan: ShardScan): Promise<{ readonly tally: Tally; readonly read: Read }> {
  scan.signal.throwIfAborted();
  const needs = combineForScan(scan.rules.map((rule) => rule.compiled));
  try {
    return await scanWith(scan, needs, needs);
  } catch (error) {
    // Tempo 3.0 answers 500 where a pattern meets an array; the wider filters ask the same without patterns.
    if (needs.withoutPatterns === undefined || !(error instanceof TempoError) || error.status !== 500) throw error;
    return scanWith(scan, needs, needs.withoutPatterns);
  }
}

/** What a violation says of its span, whether or not a rule reads it. */
const LOCATION: readonly SpanField[] = [{ kind: "name" }, { kind: "service" }];

function withLocation(fields: readonly SpanField[]): readonly SpanField[] {
  const missing = LOCATION.filter((wanted) => !fields.some((field) => field.kind === wanted.kind));
  return [...fields, ...missing];
}

type Needs = ReturnType<typeof combineForScan>;

async function scanWith(scan: ShardScan, needs: Needs, filters: ScanFilters) {
  const { signal, rules, startNs, endNs } = scan;
  const decide = createDecider(rules);
  const tally = createTally(scan.grid);
  let found: Violation[] = [];
  let nameless: Finding[] = [];
  let taken: Promise<void> = Promise.resolve();

  function take(finding: Finding, span: Parameters<typeof violationOf>[1]): void {
    const violation = violationOf(finding, span, scan.replayId, scan.clock.nowNs());
    tally.addViolation(finding.rule.index, violation);
    found.push(violation);
  }

  async function handOn(): Promise<void> {
    const batch = found;
    found = [];
    await taken;
    signal.throwIfAborted();
    if (batch.length === 0) return;
    taken = scan.onViolations(batch);
    // It is awaited when the next one is handed on, or at the end.
    taken.catch(() => undefined);
  }

  /** A violation that nothing witnesses points at the root of its trace, which a projection does not bring. */
  async function nameSpans(): Promise<void> {
    const batch = nameless;
    nameless = [];
    if (batch.length === 0) return;
    const traceIds = [...new Set(batch.map((finding) => finding.traceId))];
    const spans = new Map<string, SpanRef>();
    // A whole trace may be huge: of each only the span is kept.
    const onTraces = (traces: readonly Trace[]): void => {
      for (const trace of traces) {
        const span = offendingSpanOf(trace);
        if (span !== undefined) spans.set(trace.traceId, span);
      }
    };
    const unread = await scan.source.read({ traceIds, startNs, endNs, spanFields: LOCATION, signal, onTraces });
    for (const finding of batch) {
      const span = spans.get(finding.traceId);
      if (span === undefined) tally.addUnnamed(finding.traceId, unread.get(finding.traceId));
      else take(finding, span);
    }
    if (found.length >= BATCH) await handOn();
  }

  async function onTraces(traces: readonly Trace[]): Promise<void> {
    signal.throwIfAborted();
    let sliceEnds = performance.now() + SLICE_MS;
    tally.addTraces(traces.length);
    if (tally.traces > scan.maxTraces) throw new TooManyTraces(scan.maxTraces);
    for (const trace of traces) {
      const { findings, error } = decide(trace);
      if (error !== undefined) tally.addBroken(trace.traceId, error);
      for (const finding of findings) {
        const span = finding.verdict.offendingSpan;
        if (span === undefined) nameless.push(finding);
        else take(finding, span);
      }
      if (performance.now() > sliceEnds) {
        await nextTurn();
        signal.throwIfAborted();
        sliceEnds = performance.now() + SLICE_MS;
      }
    }
    if (found.length >= BATCH) await handOn();
    if (nameless.length >= BATCH) await nameSpans();
    scan.onProgress(tally.traces);
  }

  const incomplete: IncompleteWindow[] = [];
  let fetchedById = 0;
  try {
    for (const window of scan.windows ?? [{ startNs, endNs }]) {
      const report = await scan.source.scan({
        startNs: window.startNs,
        endNs: window.endNs,
        witnessFilter: filters.witnessFilter,
        candidateFilter: filters.candidateFilter,
        clear: filters.clearFilter === undefined ? undefined : { filter: filters.clearFilter, holds: needs.isClear },
        spanFields: withLocation(needs.spanFields),
        traceFields: needs.traceFields,
        signal,
        onTraces,
      });
      incomplete.push(...report.incomplete);
      fetchedById += report.fetchedById;
    }
    await nameSpans();
    await handOn();
    await taken;
  } finally {
    // Nothing may be left running: what comes next says how the shard ended.
    await taken.catch(() => undefined);
  }
  return { tally, read: { incomplete, fetchedById } };
}
