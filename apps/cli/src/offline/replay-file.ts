import { DEFAULT_SEVERITY, mergeAnnotations, type Trace, type Violation } from "@betrace/contracts";
import { combineForScan } from "@betrace/dsl";
import {
  type BucketGrid,
  bucketGrid,
  bucketOf,
  type PinnedRule,
  readyRules,
  scanShard,
  systemClock,
  type TraceSource,
} from "@betrace/replay";
import type { FileRule } from "../rule-files/read-rule-file.js";
import { type FileTraces, readTraces } from "./read-traces.js";
import type { TraceInput } from "./trace-input.js";

/** What one rule found in the files. */
export interface FileFinding {
  readonly ruleId: string;
  readonly violationsFound: number;
  readonly firstNs: bigint | undefined;
  readonly lastNs: bigint | undefined;
  /** Violations in each bucket of the grid. */
  readonly buckets: readonly number[];
}

export interface FileReplay extends Pick<FileTraces, "spans" | "inputs" | "passedOver"> {
  readonly tracesEvaluated: number;
  /** All that the files hold, whatever the time that was asked for; undefined where they hold no trace. */
  readonly held: HeldTraces | undefined;
  readonly findings: readonly FileFinding[];
  /** In order of time; at most as many as were wanted. */
  readonly violations: readonly Violation[];
  /** Traces that could not be decided, in words; empty where all were. */
  readonly undecided: readonly string[];
  /** Undefined where no trace was evaluated. */
  readonly grid: BucketGrid | undefined;
}

export interface HeldTraces {
  readonly traces: number;
  /** Start of the first span of the earliest trace and of the latest, Unix nanoseconds. */
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

export interface FileReplayOptions {
  readonly inputs: readonly TraceInput[];
  readonly rules: readonly FileRule[];
  /** Only traces whose first span starts in `[startNs, endNs)`. */
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
  readonly maxViolations: number;
  /** Told what is being read, and how many spans were. */
  readonly onProgress: (name: string, spans: number) => void;
}

const FOREVER_NS = 1n << 63n;

/** Decides every trace of some files for all rules at once, as a worker decides a window of Tempo. Needs no server. */
export async function replayFile(options: FileReplayOptions): Promise<FileReplay> {
  const { rules, startNs = 0n, endNs = FOREVER_NS } = options;
  const compiled = new Map(rules.map(({ rule, compiled }) => [rule.dsl, compiled]));
  const running = readyRules(rules.map(pinned), (dsl) => known(compiled.get(dsl)));
  const { spanFields } = combineForScan(rules.map((rule) => rule.compiled));
  const { traces: all, undecided, ...read } = await readTraces({ ...options, fields: spanFields });
  const held = heldIn(all);
  const traces = all.filter((trace) => {
    const at = startOf(trace);
    return at >= startNs && at < endNs;
  });
  const times = rules.map((): bigint[] => []);
  const indexOf = new Map(rules.map(({ rule }, index) => [rule.id, index]));
  const kept: Violation[] = [];
  if (traces.length === 0)
    return {
      ...read,
      tracesEvaluated: 0,
      held,
      findings: rules.map(nothing),
      violations: [],
      undecided,
      grid: undefined,
    };
  const { firstNs, lastNs } = known(heldIn(traces));
  const range = { startNs: firstNs, endNs: lastNs + 1n };
  const grid = bucketGrid(range.startNs, range.endNs);
  const { tally, read: scanned } = await scanShard({
    source: sourceOf(traces),
    rules: running,
    replayId: "",
    ...range,
    grid,
    clock: systemClock,
    // Nothing outlives the process that asks, so whoever loses patience ends that.
    signal: new AbortController().signal,
    maxTraces: Number.POSITIVE_INFINITY,
    onProgress: () => undefined,
    async onViolations(violations) {
      for (const violation of violations) {
        times[known(indexOf.get(violation.ruleId))]?.push(violation.startNs);
        kept.push(violation);
      }
    },
  });
  kept.sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
  return {
    ...read,
    tracesEvaluated: tally.traces,
    held,
    findings: rules.map(({ rule }, index) => findingOf(rule.id, times[index] ?? [], grid)),
    violations: kept.slice(0, options.maxViolations),
    undecided: [...undecided, ...tally.result(range, scanned).incomplete.map(({ reason }) => reason)],
    grid,
  };
}

function pinned({ rule, compiled }: FileRule): PinnedRule {
  const { id, name, dsl, severity = DEFAULT_SEVERITY, annotations = {} } = rule;
  return {
    ruleId: id,
    ruleVersion: 1,
    name,
    dsl,
    severity,
    annotations: mergeAnnotations(annotations, compiled.annotations),
  };
}

function startOf({ spans }: Trace): bigint {
  return spans.reduce((first, { startNs }) => (startNs < first ? startNs : first), FOREVER_NS);
}

function heldIn(traces: readonly Trace[]): HeldTraces | undefined {
  if (traces.length === 0) return undefined;
  let [firstNs, lastNs] = [FOREVER_NS, 0n];
  for (const trace of traces) {
    const at = startOf(trace);
    if (at < firstNs) firstNs = at;
    if (at > lastNs) lastNs = at;
  }
  return { traces: traces.length, firstNs, lastNs };
}

/** Traces handed on at a time. */
const BATCH = 512;

function sourceOf(traces: readonly Trace[]): TraceSource {
  return {
    async scan({ onTraces, signal }) {
      for (let from = 0; from < traces.length; from += BATCH) {
        signal.throwIfAborted();
        await onTraces(traces.slice(from, from + BATCH));
      }
      return { incomplete: [], fetchedById: 0 };
    },
    read: async ({ traceIds, onTraces }) => {
      const wanted = new Set(traceIds);
      onTraces(traces.filter(({ traceId }) => wanted.has(traceId)));
      return new Map();
    },
  };
}

function findingOf(ruleId: string, times: readonly bigint[], grid: BucketGrid): FileFinding {
  const buckets = new Array<number>(grid.count).fill(0);
  let [firstNs, lastNs]: (bigint | undefined)[] = [];
  for (const at of times) {
    const bucket = bucketOf(grid, at);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    if (firstNs === undefined || at < firstNs) firstNs = at;
    if (lastNs === undefined || at > lastNs) lastNs = at;
  }
  return { ruleId, violationsFound: times.length, firstNs, lastNs, buckets };
}

function nothing({ rule }: FileRule): FileFinding {
  return { ruleId: rule.id, violationsFound: 0, firstNs: undefined, lastNs: undefined, buckets: [] };
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a rule of the file is not among those that ran");
  return value;
}
