import type { Annotations, Severity } from "@betrace/contracts";

/** What a replay is said to be. `completed` with incomplete windows is not the same as `completed` without. */
export type ReplayState = "queued" | "running" | "paused" | "completed" | "failed" | "cancelled";

/** A rule as a replay runs it, whatever happens to the rule afterwards. */
export interface PinnedRule {
  readonly ruleId: string;
  readonly ruleVersion: number;
  readonly name: string;
  readonly dsl: string;
  readonly severity: Severity;
  readonly annotations: Annotations;
}

/** Which rules to replay: stored ones by id, or one text that was never saved. */
export type RuleSelection =
  | { readonly kind: "stored"; readonly ruleIds: readonly string[] }
  | {
      readonly kind: "unsaved";
      readonly dsl: string;
      readonly name?: string;
      /** Default: `DEFAULT_SEVERITY`. */
      readonly severity?: Severity;
      readonly annotations?: Annotations;
    };

/** A replay that is asked for. */
export interface ReplayRequest {
  readonly rules: RuleSelection;
  /** Half-open range, Unix nanoseconds. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Whether violations are written to Tempo as spans. Default true. */
  readonly emit?: boolean;
  /** The same key within 24 h gives the same replay back; with another request it is refused. */
  readonly idempotencyKey?: string;
  /** Length of a shard; chosen from the range where absent. */
  readonly shardSeconds?: number;
}

/** What a replay would do, without doing it. */
export interface ReplayPlan {
  readonly rules: readonly PinnedRule[];
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly shardSeconds: number;
  readonly shards: readonly ShardWindow[];
  /** The TraceQL that finds the witness spans of all rules; undefined when the rules read no span. */
  readonly witnessQuery: string | undefined;
  readonly candidateQuery: string | undefined;
  /** One line or more per rule, for a person. */
  readonly explanation: readonly string[];
  readonly unsettled: Unsettled | undefined;
}

/** A half-open window `[startNs, endNs)` of a replay. */
export interface ShardWindow {
  readonly shardId: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** The part of a range whose data may still move inside Tempo, so that an answer about it may change. */
export interface Unsettled {
  readonly fromNs: bigint;
  readonly untilNs: bigint;
}

/** A part of the range that could not be read or decided in full. */
export interface IncompleteWindow {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly reason: string;
}

/** Violations that happened within one slice of the range. */
export interface Bucket {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly violations: number;
}

/** Everything known of a replay as a whole; read at a cost that does not grow with its shards. */
export interface ReplayStatus {
  readonly replayId: string;
  readonly state: ReplayState;
  /** Cancel was asked for and some shard still runs; the state becomes `cancelled` when none does. */
  readonly cancelRequested: boolean;
  /**
   * Why shards wait although a worker took a look at them; undefined if none was turned away since the last one was
   * taken.
   */
  readonly heldUp: string | undefined;
  readonly rules: readonly (PinnedRule & { readonly violationsFound: number })[];
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly emit: boolean;
  readonly acceptedAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly finishedAtMs: number | undefined;
  /** From acceptance to the last commit; until now while it is queued or running. */
  readonly durationMs: number;
  /** 0 to 1. */
  readonly progress: number;
  readonly shards: {
    readonly total: number;
    readonly done: number;
    readonly failed: number;
    readonly running: number;
  };
  readonly tracesEvaluated: number;
  /** A gauge: decided in shards that still run, in no total yet, and to be decided again should their worker be lost. */
  readonly tracesInProgress: number;
  /** Exact, beyond what is stored for listing. */
  readonly violationsFound: number;
  readonly violationsStored: number;
  /**
   * Until then all that it found are stored, as far as there is room; later the first of them are gone. Unix
   * milliseconds.
   */
  readonly violationsKeptUntilMs: number;
  /** Of those that are counted, the spans that the receiver acknowledged. */
  readonly violationsWritten: number;
  /** Undefined if nothing was written, and until the replay has ended. */
  readonly readBack: ReadBackStatus | undefined;
  readonly firstViolationNs: bigint | undefined;
  readonly lastViolationNs: bigint | undefined;
  /** Equal slices of the range in order of time, the empty ones included. */
  readonly buckets: readonly Bucket[];
  /** In the order in which they were found; at most 200, `incompleteWindowCount` counts all. */
  readonly incompleteWindows: readonly IncompleteWindow[];
  readonly incompleteWindowCount: number;
  /** Traces read whole, by id, because projection could not answer. */
  readonly fetchedById: number;
  /** Traces on which evaluation broke; each lies in an incomplete window. */
  readonly evaluationErrors: number;
  readonly tracesPerSecond: number | undefined;
  readonly etaSeconds: number | undefined;
  readonly unsettled: Unsettled | undefined;
}

/** Whether the store shows the violations that it acknowledged. */
export interface ReadBackStatus {
  /** `waiting`: it is looked for; `unreadable`: Tempo did not answer, again and again. */
  readonly state: "waiting" | "done" | "unreadable";
  /** Acknowledged and not in the store; undefined until that is certain. */
  readonly missing: number | undefined;
  /** Spans that were written a second time because they were missing. */
  readonly rewritten: number;
  /** False where more were written than are looked for. */
  readonly complete: boolean;
  readonly checkedAtMs: number | undefined;
  readonly reason: string | undefined;
}

export type ShardState = "open" | "running" | "done" | "failed" | "split";

/** One shard, for listing. */
export interface ShardStatus extends ShardWindow {
  readonly state: ShardState;
  /** How often a worker took it. */
  readonly claims: number;
  readonly failures: number;
  readonly crashes: number;
  readonly tracesEvaluated: number;
  readonly violationsFound: number;
  readonly finishedAtMs: number | undefined;
  readonly reason: string | undefined;
}

/** The present, Unix nanoseconds. */
export interface Clock {
  nowNs(): bigint;
}

/** Makes ids that never repeat. */
export interface Ids {
  /** Letters, digits and `_` only, e.g. `rp_01j9…`. */
  replayId(): string;
}
