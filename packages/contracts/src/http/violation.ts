import { z } from "zod";
import { pageOf, pageQuery } from "./page.js";
import { ruleId } from "./rule-id.js";
import { severityIn, severityOut } from "./severity.js";
import { timeIn, timeOut } from "./time.js";

/** One violating trace of one rule version. However many replays find it, it is one violation. */
export const violationAnswer = z
  .object({
    violation_id: z
      .string()
      .meta({ description: "Also the id of the trace in Tempo that holds the violation's span." }),
    rule_id: z.string(),
    rule_name: z.string(),
    rule_version: z.int(),
    severity: severityOut,
    annotations: z.record(z.string(), z.string()),
    trace_id: z.string().meta({ description: "32 hex digits, the violating trace in Tempo." }),
    span_id: z.string().meta({ description: "The offending span." }),
    service: z.string().nullable(),
    start_time: timeOut.meta({ description: "When it happened: the offending span's start." }),
    duration_ms: z.number().meta({ description: "Of the offending span." }),
    clause: z.enum(["expression", "always", "never"]),
    witness_span_ids: z.array(z.string()),
    witness_count: z.int(),
    message: z.string(),
    replay_id: z.string(),
    detected_at: timeOut,
  })
  .meta({ id: "Violation" });
export type ViolationAnswer = z.infer<typeof violationAnswer>;
export const violationList = pageOf(violationAnswer).meta({ id: "ViolationList" });

/** `GET /v1/violations`. */
export const violationQuery = z.strictObject({
  ...pageQuery.shape,
  rule_id: ruleId.optional(),
  service: z
    .string()
    .max(1_024)
    .optional()
    .meta({ description: "Of the offending span. With it or `severity` a page may be short, even empty, and go on." }),
  severity: severityIn.optional().meta({ description: "In any letter case." }),
  order: z.enum(["newest", "oldest"]).optional().meta({ description: "What comes first; `newest` by default." }),
  start: timeIn.optional().meta({ description: "Violations that happened at or after it." }),
  end: timeIn.optional().meta({ description: "Violations that happened before it." }),
});
