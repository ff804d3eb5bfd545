import { z } from "zod";

/** Every way a call can fail, by its stable code: clients switch on `code`, people read `title` and `detail`. */
export const PROBLEMS = {
  invalid_json: { status: 400, title: "The body is not JSON" },
  invalid_request: { status: 400, title: "The request has fields that cannot be used" },
  rule_rejected: { status: 400, title: "The rule's text has errors" },
  rule_id_invalid: { status: 400, title: "The rule id cannot be used" },
  no_rules: { status: 400, title: "There is no rule to replay" },
  too_many_rules: { status: 400, title: "Too many rules for one replay" },
  range_invalid: { status: 400, title: "The time range cannot be used" },
  range_too_long: { status: 400, title: "The time range is too long" },
  shard_length_invalid: { status: 400, title: "The shard length cannot be used" },
  too_many_shards: { status: 400, title: "The replay would have too many shards" },
  cursor_invalid: { status: 400, title: "The cursor cannot be used" },
  cross_site: { status: 403, title: "The request comes from another web site" },
  route_not_found: { status: 404, title: "There is nothing at this address" },
  rule_not_found: { status: 404, title: "There is no rule with this id" },
  framework_not_found: { status: 404, title: "No rule carries a control of this framework" },
  replay_not_found: { status: 404, title: "There is no such replay" },
  trace_not_found: { status: 404, title: "Tempo knows no such trace" },
  trace_too_large: { status: 422, title: "The trace is too large to be shown" },
  method_not_allowed: { status: 405, title: "This address does not take this method" },
  not_acceptable: { status: 406, title: "The answer does not come in a type that Accept takes" },
  rule_id_taken: { status: 409, title: "The rule id is taken" },
  rule_disabled: { status: 409, title: "The rule is disabled" },
  idempotency_conflict: { status: 409, title: "The idempotency key belongs to another request" },
  replay_not_pausable: { status: 409, title: "The replay cannot be paused now" },
  replay_not_resumable: { status: 409, title: "The replay cannot be resumed now" },
  replay_not_retryable: { status: 409, title: "The replay has nothing that can be tried again" },
  body_too_large: { status: 413, title: "The body is too large" },
  rate_limited: { status: 429, title: "Too many requests" },
  too_many_replays: { status: 429, title: "Too many replays are open" },
  too_many_tries: { status: 429, title: "Too many rules are being tried" },
  internal: { status: 500, title: "An error of BeTrace itself" },
  too_many_streams: { status: 503, title: "Too many event streams are open" },
  redis_unavailable: { status: 503, title: "Redis cannot be used" },
  tempo_unavailable: { status: 503, title: "Tempo could not be read" },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;
const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** One thing wrong with a request: where (`path`), what, and for a rule's text its place in it. */
export const problemItem = z
  .object({
    path: z.string().optional().meta({ description: "Of the field, e.g. `end_time` or `annotations.soc2_control`." }),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    expected: z.array(z.string()).optional().meta({ description: "What could have stood there." }),
    line: z.int().optional().meta({ description: "1-based." }),
    column: z.int().optional().meta({ description: "1-based." }),
    length: z.int().optional(),
    text: z.string().optional(),
  })
  .meta({ id: "ProblemItem" });
export type ProblemItem = z.infer<typeof problemItem>;

/** RFC 9457. */
export const problem = z
  .object({
    type: z.string().meta({ examples: ["urn:betrace:problem:rule_exists"] }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(PROBLEM_CODES),
    request_id: z.string().meta({ description: "Also in the `X-Request-Id` header and in the log." }),
    errors: z.array(problemItem).optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof problem>;
