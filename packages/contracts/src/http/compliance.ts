import { z } from "zod";
import { REPLAY_STATUSES } from "./replay.js";
import { severityOut } from "./severity.js";
import { timeIn, timeOut } from "./time.js";

/**
 * What the evidence says of one rule over the whole period. None of them says that a control was passed: that is for
 * the person who reads the evidence.
 */
export const COMPLIANCE_OUTCOMES = ["violations_found", "no_violations", "no_traces", "incomplete", "not_run"] as const;
export type ComplianceOutcome = (typeof COMPLIANCE_OUTCOMES)[number];

const outcome = z.enum(COMPLIANCE_OUTCOMES).meta({
  description:
    "`violations_found`: there are some in the period. `no_violations`: every trace that begins in the period was decided, and no known violation happened in it. `no_traces`: so it was, and there was not a single trace. `incomplete`: none was found, but some part was not read in full. `not_run`: no replay reached into the period.",
});
const window = z.object({ start_time: timeOut, end_time: timeOut });

/** `GET /v1/compliance/reports/{framework}`. */
export const complianceQuery = z.strictObject({
  start: timeIn.optional().meta({
    description: "Where the period begins; by default the earliest time that a replay of these rules covers.",
  }),
  end: timeIn.optional().meta({
    description: "The first instant after the period; by default the latest time that a replay of these rules covers.",
  }),
  format: z.enum(["json", "csv"]).optional().meta({ description: "`json` by default." }),
});

const evidenceReplay = z.object({
  replay_id: z.string(),
  status: z.enum(REPLAY_STATUSES),
  start_time: timeOut,
  end_time: timeOut,
  created_at: timeOut,
  ended_at: timeOut.nullable(),
  traces_evaluated: z.int().meta({ description: "Over the replay's own range, which may reach past the period." }),
  violations_found: z.int().meta({ description: "Of this rule, over the replay's own range." }),
  incomplete_window_count: z.int(),
  unsettled: window.nullable(),
});

/** One version of one rule, and what is known of it in the period. */
export const complianceEvidence = z
  .object({
    rule_id: z.string(),
    rule_version: z.int(),
    rule_name: z.string(),
    dsl: z.string(),
    severity: severityOut,
    controls: z.array(z.string()).meta({ description: "Of this framework; empty if the rule names none." }),
    current: z.boolean().meta({ description: "False for an earlier version, a removed rule and an unsaved one." }),
    enabled: z.boolean().nullable().meta({ description: "Of the current version; null for others." }),
    outcome,
    violations_in_period: z.int().meta({
      description:
        "Those whose offending span starts in the period, as `GET /v1/violations` lists them; of one without `start` or `end` all on that side. Each trace once, however many replays found it.",
    }),
    violations_exact: z
      .boolean()
      .meta({ description: "False: there are at least this many. Always false if no replay ran." }),
    first_violation_at: timeOut.nullable().meta({ description: "Of those in the period that are stored." }),
    last_violation_at: timeOut.nullable(),
    not_read: z.array(window).meta({
      description:
        "Parts of the period whose traces, each at the start of its first span, no completed replay of this version read in full, settled data only. The first 200.",
    }),
    not_read_count: z.int(),
    replays: z.array(evidenceReplay).meta({
      description: "That reach into the period or found one of its violations, newest first.",
    }),
  })
  .meta({ id: "ComplianceEvidence" });

/** Evidence for one framework over one period. */
export const complianceReport = z
  .object({
    framework: z.string(),
    start_time: timeOut.nullable().meta({
      description: "Where the period begins, asked for or known; null: no replay of these rules has decided anything.",
    }),
    end_time: timeOut.nullable().meta({ description: "The first instant after the period; null as `start_time`." }),
    in_period: z.string().meta({ description: "What belongs to the period, in words." }),
    generated_at: timeOut,
    controls: z
      .array(
        z.object({
          control: z.string(),
          rules: z.array(z.object({ rule_id: z.string(), rule_version: z.int(), outcome })),
        }),
      )
      .meta({ description: "In order of the control's id." }),
    evidence: z.array(complianceEvidence),
    replays_not_looked_at: z
      .boolean()
      .meta({ description: "True: there are more replays than a report looks at, and the oldest are left out." }),
  })
  .meta({ id: "ComplianceReport" });
export type ComplianceReport = z.infer<typeof complianceReport>;
