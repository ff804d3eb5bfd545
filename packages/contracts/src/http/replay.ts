import { z } from "zod";
import { annotationsIn } from "./annotations.js";
import { pageOf, pageQuery } from "./page.js";
import { ruleId } from "./rule-id.js";
import { severityIn } from "./severity.js";
import { timeIn, timeOut } from "./time.js";

/** A `completed` replay with incomplete windows is not the same as one without. */
export const REPLAY_STATUSES = ["queued", "running", "paused", "completed", "failed", "cancelled"] as const;

const range = {
  start_time: timeIn.meta({ description: "The replay decides the traces whose first span starts at or after it." }),
  end_time: timeIn.meta({ description: "The first instant after the range, which is half-open." }),
};
const options = {
  emit: z.boolean().optional().meta({ description: "Write violations back to Tempo as spans. True by default." }),
  idempotency_key: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "The same key with the same request gives the same replay, however often it is sent." }),
  shard_seconds: z
    .int()
    .positive()
    .optional()
    .meta({ description: "Length of a shard; chosen from the range by default." }),
  dry_run: z.boolean().optional().meta({ description: "Answer the plan with its queries; run nothing." }),
};

/** `POST /v1/rules/{id}/replay`. */
export const replayRuleRequest = z.strictObject({ ...range, ...options }).meta({ id: "ReplayRuleRequest" });

/** `POST /v1/replays`: saved rules by id, or one unsaved text. */
export const createReplayRequest = z
  .strictObject({
    rule_ids: z
      .array(ruleId)
      .min(1)
      .max(100)
      .optional()
      .meta({ description: "Stored rules, each once however often it is named." }),
    dsl: z.string().optional().meta({ description: "An unsaved rule. Give either this or `rule_ids`." }),
    name: z.string().trim().min(1).max(200).optional().meta({ description: "For an unsaved rule." }),
    severity: severityIn
      .optional()
      .meta({ description: "For an unsaved rule. In any letter case; `medium` by default." }),
    annotations: annotationsIn.optional().meta({ description: "For an unsaved rule." }),
    ...range,
    ...options,
  })
  .refine((body) => (body.rule_ids === undefined) !== (body.dsl === undefined), {
    path: ["rule_ids"],
    error: "expected either `rule_ids` or `dsl`",
  })
  .superRefine((body, { addIssue }) => {
    if (body.rule_ids === undefined) return;
    for (const field of ["name", "severity", "annotations"] as const) {
      if (body[field] === undefined) continue;
      const message = "is for an unsaved rule, and saved ones have their own: leave it out, or give `dsl`";
      addIssue({ code: "custom", path: [field], message });
    }
  })
  .meta({ id: "CreateReplayRequest" });

const window = z.object({ start_time: timeOut, end_time: timeOut });

const replayOfRule = z.object({
  rule_id: z.string(),
  rule_version: z.int(),
  rule_name: z.string(),
  violations_found: z.int(),
});

/** Where a replay stands. The first five fields are all that a simple poller needs. */
export const replayAnswer = z
  .object({
    rule_id: z.string().meta({ description: "The first rule of the replay; all are in `rules`." }),
    status: z.enum(REPLAY_STATUSES),
    traces_evaluated: z.int(),
    violations_found: z.int().meta({ description: "Of all its rules; of one rule if it was asked for by that rule." }),
    duration_seconds: z.number().meta({ description: "From acceptance to the last commit." }),
    replay_id: z.string(),
    rule_version: z.int().meta({ description: "The replay is pinned to it." }),
    rules: z.array(replayOfRule),
    start_time: timeOut,
    end_time: timeOut,
    emit: z.boolean(),
    cancel_requested: z.boolean().meta({ description: "Cancel was asked for; the status follows when no shard runs." }),
    held_up: z.string().nullable().meta({
      description:
        "Why shards wait although a worker looked at them, e.g. they were written by a newer release; else null.",
    }),
    created_at: timeOut,
    started_at: timeOut.nullable(),
    ended_at: timeOut.nullable(),
    progress: z.number().meta({ description: "0 to 1, the part of the range that is decided." }),
    shards: z.object({ total: z.int(), done: z.int(), failed: z.int(), running: z.int() }),
    in_progress: z.object({ traces: z.int() }).meta({
      description:
        "A gauge of the running shards, at most some seconds old: decided there, and not yet in `traces_evaluated`. Not a total: it falls when a shard ends.",
    }),
    first_violation_at: timeOut.nullable(),
    last_violation_at: timeOut.nullable(),
    buckets: z.array(z.object({ start_time: timeOut, end_time: timeOut, violations: z.int() })).meta({
      description:
        "Violations over time, by when they happened; the last slice also counts those after the range, of traces that begin in it. Slices of `bucket_grid` without a violation are left out.",
    }),
    bucket_grid: z
      .object({ start_time: timeOut, seconds: z.number(), count: z.int() })
      .meta({ description: "The equal slices of time that cover the range; the first may begin before it." }),
    incomplete_windows: z
      .array(z.object({ start_time: timeOut, end_time: timeOut, reason: z.string() }))
      .meta({ description: "Parts of the range that could not be read in full. Empty: every trace was decided." }),
    incomplete_window_count: z.int().meta({ description: "All of them; the list is cut at 200." }),
    unsettled: window.nullable().meta({
      description: "The part of the range that was younger than the settle time and may still grow; null: none was.",
    }),
    traces_per_second: z.number().nullable(),
    eta_seconds: z.number().nullable(),
    fetched_by_id: z.int().meta({ description: "Traces that had to be read whole." }),
    evaluation_errors: z
      .int()
      .meta({ description: "Traces on which a rule broke; each lies in an incomplete window." }),
    violations_stored: z.int().meta({ description: "How many can be listed; `violations_found` is exact beyond it." }),
    violations_written: z.int().meta({
      description:
        "Of `violations_found`, those whose spans the OTLP receiver acknowledged; 0 if `emit` is false. A shard is counted only once all of its violations are.",
    }),
    violations_missing: z.int().nullable().meta({
      description:
        "Acknowledged spans that Tempo does not hold, by reading back: it drops spans above its limits and still answers 200. Null until that is certain, about a minute after the end.",
    }),
    read_back: z
      .object({
        status: z.enum(["waiting", "done", "unreadable"]),
        rewritten: z.int().meta({ description: "Spans that were missing and were written a second time." }),
        complete: z.boolean().meta({ description: "False where more were written than are looked for (100,000)." }),
        checked_at: timeOut.nullable(),
        reason: z.string().nullable().meta({ description: "Why Tempo could not be asked the last time; else null." }),
      })
      .nullable()
      .meta({
        description: "Where the reading back stands; null until the replay ends, and if nothing was written.",
      }),
  })
  .meta({ id: "Replay" });
export type ReplayAnswer = z.infer<typeof replayAnswer>;
export const replayList = pageOf(replayAnswer).meta({ id: "ReplayList" });

/** The newest replay of a rule in short, for a list of rules with a spark line each. */
export const lastReplay = replayAnswer
  .pick({
    replay_id: true,
    status: true,
    rule_version: true,
    start_time: true,
    end_time: true,
    created_at: true,
    progress: true,
    traces_evaluated: true,
    violations_found: true,
    first_violation_at: true,
    last_violation_at: true,
    buckets: true,
    bucket_grid: true,
    incomplete_window_count: true,
  })
  .meta({ id: "LastReplay" });
export type LastReplay = z.infer<typeof lastReplay>;

/** `GET /v1/replays`, newest first. */
export const replayListQuery = z.strictObject({ ...pageQuery.shape, rule_id: ruleId.optional() });

/** What a replay would do; nothing was accepted. */
export const dryRunAnswer = z
  .object({
    dry_run: z.literal(true),
    rules: z.array(z.object({ rule_id: z.string(), rule_version: z.int(), rule_name: z.string() })),
    start_time: timeOut,
    end_time: timeOut,
    shards: z.object({ total: z.int() }),
    shard_seconds: z.number(),
    unsettled: window.nullable(),
    witness_query: z.string().nullable(),
    candidate_query: z.string().nullable(),
    explanation: z.array(z.string()).meta({ description: "Of each rule in words, a sentence a line." }),
    not_pushed_down: z
      .array(z.object({ rule_id: z.string(), predicate: z.string(), reason: z.string() }))
      .meta({ description: "What Tempo cannot narrow, and why; it is decided here." }),
    estimate: z
      .object({
        traces: z.int(),
        requests: z.int().meta({ description: "To Tempo." }),
        seconds: z
          .number()
          .meta({ description: "Of reading Tempo, one shard at a time; divide by the shards that run at once." }),
        reading: z.string().meta({
          description:
            "How spans would be read: `enumeration` (none), `candidates` (few), `disjunction` (all that matter), ...",
        }),
        probes: z.array(z.object({ ...window.shape, traces: z.int(), requests: z.int(), milliseconds: z.int() })),
        note: z.string(),
      })
      .nullable()
      .meta({
        description: "A guess from a few narrow windows that were read just now; null if they could not be.",
      }),
    estimate_unavailable: z.string().nullable().meta({ description: "Why there is no estimate." }),
  })
  .meta({ id: "DryRun" });
export type DryRunAnswer = z.infer<typeof dryRunAnswer>;

/** One window of a replay, one job. */
export const shardAnswer = z
  .object({
    shard_id: z.string(),
    start_time: timeOut,
    end_time: timeOut,
    status: z.enum(["open", "running", "done", "failed", "split"]),
    claims: z.int().meta({ description: "How often a worker took it." }),
    failures: z.int(),
    crashes: z.int().meta({ description: "Workers that took it and were never heard of again." }),
    traces_evaluated: z.int(),
    violations_found: z.int(),
    ended_at: timeOut.nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: "Shard" });
export type ShardAnswer = z.infer<typeof shardAnswer>;
export const shardList = pageOf(shardAnswer).meta({ id: "ShardList" });
