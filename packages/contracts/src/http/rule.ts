import { z } from "zod";
import { annotationsIn } from "./annotations.js";
import { pageOf } from "./page.js";
import { lastReplay } from "./replay.js";
import { ruleId } from "./rule-id.js";
import { severityIn, severityOut } from "./severity.js";
import { timeOut } from "./time.js";
import { DEFAULT_SEVERITY } from "../severity.js";

const ruleFields = {
  name: z.string().trim().min(1).max(200),
  description: z.string().max(4_000).optional(),
  dsl: z
    .string()
    .meta({ description: "The rule's text. Checked in full: a rule with an error is refused and leaves nothing." }),
  severity: severityIn.optional().meta({ description: "In any letter case; `medium` by default." }),
  enabled: z.boolean().optional().meta({ description: "True by default. A disabled rule takes no new replays." }),
  annotations: annotationsIn.optional(),
};

/** The largest body that the API reads, after decompression, bytes. */
export const MAX_REQUEST_BYTES = 1_048_576;

/** What a field is that a new rule leaves out. */
export const RULE_DEFAULTS = { description: "", severity: DEFAULT_SEVERITY, enabled: true, annotations: {} } as const;

/** `POST /v1/rules`. */
export const createRuleRequest = z
  .strictObject({ id: ruleId.optional().meta({ description: "Made from the name by default." }), ...ruleFields })
  .meta({ id: "CreateRuleRequest" });
export type CreateRuleRequest = z.infer<typeof createRuleRequest>;

/** `PUT /v1/rules/{id}`: what is left out keeps its value. A change of more than description and `enabled` makes a new version. */
export const updateRuleRequest = z
  .strictObject({ id: ruleId.meta({ description: "If given, the one in the address." }), ...ruleFields })
  .partial()
  .refine((body) => Object.keys(body).length > 0, "expected at least one field to change")
  .meta({ id: "UpdateRuleRequest" });
export type UpdateRuleRequest = z.infer<typeof updateRuleRequest>;

/** A rule as it stands now. */
export const ruleAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    dsl: z.string(),
    severity: severityOut,
    enabled: z.boolean(),
    annotations: z
      .record(z.string(), z.string())
      .meta({ description: "The request's, merged with those in the rule's text." }),
    version: z.int().meta({ description: "1 for the first text; every change of it adds one." }),
    created_at: timeOut,
    updated_at: timeOut,
    last_replay: lastReplay
      .nullable()
      .meta({ description: "The newest replay that ran this rule, alone or with others; null: none is kept." }),
  })
  .meta({ id: "Rule" });
export type RuleAnswer = z.infer<typeof ruleAnswer>;
export const ruleList = pageOf(ruleAnswer).meta({ id: "RuleList" });

/** One version of a rule; it never changes, and replays are pinned to it. */
export const ruleVersionAnswer = z
  .object({
    rule_id: z.string(),
    version: z.int(),
    name: z.string(),
    dsl: z.string(),
    severity: severityOut,
    annotations: z.record(z.string(), z.string()),
    created_at: timeOut,
  })
  .meta({ id: "RuleVersion" });
export type RuleVersionAnswer = z.infer<typeof ruleVersionAnswer>;
export const ruleVersionList = pageOf(ruleVersionAnswer).meta({ id: "RuleVersionList" });
