import { REPLAY_FORMAT } from "./queue/shard-job.js";
import type { ReadBackRecord } from "./ledger/read-back.js";
import type {
  Bucket,
  IncompleteWindow,
  PinnedRule,
  ReadBackStatus,
  ReplayState,
  ReplayStatus,
  ShardState,
  ShardStatus,
} from "./replay.js";

/** The fields of a replay's hash, as Redis gives them. */
export type ReplayFields = Readonly<Record<string, string>>;

/** What a worker needs to know of a replay; written once with it. */
export interface ReplayFacts {
  readonly replayId: string;
  readonly rules: readonly PinnedRule[];
  readonly emit: boolean;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly buckets: { readonly firstNs: bigint; readonly widthNs: bigint; readonly count: number };
  readonly priorityBase: number;
}

/** The facts of a replay to the fields that the ledger keeps beside its totals. */
export function fieldsOf(
  facts: Omit<ReplayFacts, "replayId" | "priorityBase">,
  more: { readonly unsettledFromNs: bigint | undefined; readonly retentionMs: number; readonly maxIncomplete: number },
): Record<string, string> {
  return {
    rules: JSON.stringify(facts.rules),
    emit: facts.emit ? "1" : "0",
    start_ns: facts.startNs.toString(),
    end_ns: facts.endNs.toString(),
    bucket_first_ns: facts.buckets.firstNs.toString(),
    bucket_width_ns: facts.buckets.widthNs.toString(),
    bucket_count: String(facts.buckets.count),
    unsettled_from_ns: more.unsettledFromNs?.toString() ?? "",
    format: String(REPLAY_FORMAT),
    retention_ms: String(more.retentionMs),
    max_incomplete: String(more.maxIncomplete),
  };
}

/** The fields that {@link factsOf} reads. */
export const FACT_FIELDS = [
  "id",
  "rules",
  "emit",
  "start_ns",
  "end_ns",
  "bucket_first_ns",
  "bucket_width_ns",
  "bucket_count",
  "priority_base",
] as const;

/** The reverse of {@link fieldsOf}. */
export function factsOf(fields: ReplayFields): ReplayFacts {
  return {
    replayId: fields.id ?? "",
    rules: JSON.parse(fields.rules ?? "[]") as PinnedRule[],
    emit: fields.emit === "1",
    startNs: BigInt(fields.start_ns ?? 0),
    endNs: BigInt(fields.end_ns ?? 0),
    buckets: {
      firstNs: BigInt(fields.bucket_first_ns ?? 0),
      widthNs: BigInt(fields.bucket_width_ns ?? 1),
      count: Number(fields.bucket_count ?? 0),
    },
    priorityBase: Number(fields.priority_base ?? 0),
  };
}

/** A status from one hash: nothing in it grows with the number of shards. */
export function statusOf(fields: ReplayFields, nowMs: number): ReplayStatus {
  const facts = factsOf(fields);
  const number = (name: string) => Number(fields[name] ?? 0);
  const moment = (name: string) => (fields[name] ? Number(fields[name]) : undefined);
  const ns = (name: string) => (fields[name] ? BigInt(fields[name]) : undefined);
  const state = (fields.state ?? "queued") as ReplayState;
  const shards = {
    total: number("shards_total"),
    done: number("shards_done"),
    failed: number("shards_failed"),
    running: number("shards_running"),
  };
  const acceptedAtMs = number("accepted_ms");
  const startedAtMs = moment("started_ms");
  const finishedAtMs = moment("finished_ms");
  const settled = shards.done + shards.failed;
  const until = finishedAtMs ?? (state === "paused" ? (moment("paused_ms") ?? nowMs) : nowMs);
  const workedMs = startedAtMs === undefined ? 0 : Math.max(0, until - startedAtMs - number("idle_ms"));
  const tracesEvaluated = number("traces");
  const unsettledFromNs = ns("unsettled_from_ns");
  const tracesInProgress = shards.running === 0 ? 0 : inProgressOf(fields, nowMs);
  // Running shards count by what they have decided, measured by the average of those that are done, and as nearly done at most.
  const average = shards.done > 0 ? tracesEvaluated / shards.done : 0;
  const begun = average > 0 ? Math.min(tracesInProgress / average, 0.95 * shards.running) : 0;
  const goesOn = state === "running" && settled > 0;
  return {
    replayId: facts.replayId,
    state,
    cancelRequested: fields.cancel === "1",
    heldUp: fields.held_up,
    rules: facts.rules.map((rule, index) => ({ ...rule, violationsFound: number(`r:${index}`) })),
    startNs: facts.startNs,
    endNs: facts.endNs,
    emit: facts.emit,
    acceptedAtMs,
    startedAtMs,
    finishedAtMs,
    durationMs: Math.max(
      0,
      (finishedAtMs === undefined ? nowMs : (moment("last_commit_ms") ?? finishedAtMs)) - acceptedAtMs,
    ),
    progress: shards.total === 0 ? 0 : settled / shards.total,
    shards,
    tracesEvaluated,
    tracesInProgress,
    violationsFound: number("violations"),
    violationsStored: number("stored"),
    violationsKeptUntilMs: acceptedAtMs + number("retention_ms"),
    violationsWritten: number("written"),
    readBack: fields.read_back ? readBackOf(fields.read_back, fields.read_back_cut !== "1") : undefined,
    firstViolationNs: ns("first_ns"),
    lastViolationNs: ns("last_ns"),
    buckets: bucketsOf(fields, facts.buckets),
    incompleteWindows: incompleteOf(fields),
    incompleteWindowCount: number("incomplete"),
    fetchedById: number("fetched_by_id"),
    evaluationErrors: number("evaluation_errors"),
    tracesPerSecond: workedMs > 0 ? (tracesEvaluated * 1_000) / workedMs : undefined,
    etaSeconds: goesOn ? ((shards.total - settled - begun) * workedMs) / (settled + begun) / 1_000 : undefined,
    unsettled: unsettledFromNs === undefined ? undefined : { fromNs: unsettledFromNs, untilNs: facts.endNs },
  };
}

function readBackOf(json: string, complete: boolean): ReadBackStatus {
  const { state, missing, rewritten, at, reason } = JSON.parse(json) as ReadBackRecord;
  return { state, missing, rewritten, complete, checkedAtMs: at, reason };
}

function bucketsOf(fields: ReplayFields, { firstNs, widthNs, count }: ReplayFacts["buckets"]): Bucket[] {
  return Array.from({ length: count }, (_, index) => ({
    startNs: firstNs + BigInt(index) * widthNs,
    endNs: firstNs + BigInt(index + 1) * widthNs,
    violations: Number(fields[`b:${index}`] ?? 0),
  }));
}

/** A gauge that was last moved so long ago belongs to a worker that is gone, milliseconds. */
const GAUGE_EXPIRES_MS = 60_000;

/** `live:<shard>` holds when it was written, Unix milliseconds, and how many traces the shard has decided. */
function inProgressOf(fields: ReplayFields, nowMs: number): number {
  let traces = 0;
  for (const [name, text] of Object.entries(fields)) {
    if (!name.startsWith("live:")) continue;
    const [writtenMs = 0, decided = 0] = text.split(" ").map(Number);
    if (nowMs - writtenMs < GAUGE_EXPIRES_MS) traces += decided;
  }
  return traces;
}

/** `w:<n>` holds two times of 20 digits and the reason, with a space between. */
function incompleteOf(fields: ReplayFields): IncompleteWindow[] {
  const windows: IncompleteWindow[] = [];
  for (let n = 1; ; n++) {
    const text = fields[`w:${n}`];
    if (text === undefined) return windows;
    windows.push({ startNs: BigInt(text.slice(0, 20)), endNs: BigInt(text.slice(21, 41)), reason: text.slice(42) });
  }
}

/** A shard as the ledger keeps it, in JSON. */
export interface KeptShard {
  readonly state: ShardState;
  readonly claims: number;
  readonly failures: number;
  readonly crashes: number;
  readonly ordinal: number;
  /** Unix nanoseconds, 20 digits. */
  readonly from: string;
  readonly to: string;
  readonly traces?: number;
  readonly violations?: number;
  readonly finished?: number;
  readonly reason?: string;
}

/** A shard for listing. */
export function shardStatusOf(shardId: string, kept: KeptShard): ShardStatus {
  return {
    shardId,
    startNs: BigInt(kept.from),
    endNs: BigInt(kept.to),
    state: kept.state,
    claims: kept.claims,
    failures: kept.failures,
    crashes: kept.crashes,
    tracesEvaluated: kept.traces ?? 0,
    violationsFound: kept.violations ?? 0,
    finishedAtMs: kept.finished,
    reason: kept.reason,
  };
}
