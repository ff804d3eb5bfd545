import type { RuleError } from "@betrace/dsl";

/** Why the domain refused. Stable: the API answers with it and clients may switch on it. */
export type ReplayErrorCode =
  | "rule_id_invalid"
  | "rule_id_taken"
  | "rule_not_found"
  | "rule_disabled"
  | "rule_rejected"
  | "no_rules"
  | "too_many_rules"
  | "range_invalid"
  | "range_too_long"
  | "shard_length_invalid"
  | "too_many_shards"
  | "too_many_replays"
  | "idempotency_conflict"
  | "replay_not_found"
  | "replay_not_pausable"
  | "replay_not_resumable"
  | "replay_not_retryable"
  | "cursor_invalid";

/** A refusal that the caller can act upon. Anything else that is thrown here is an outage of Redis or a bug. */
export class ReplayError extends Error {
  readonly code: ReplayErrorCode;
  /** Every problem of the rule's text, for `rule_rejected`. */
  readonly ruleErrors: readonly RuleError[];

  constructor(code: ReplayErrorCode, message: string, ruleErrors: readonly RuleError[] = []) {
    super(message);
    this.name = "ReplayError";
    this.code = code;
    this.ruleErrors = ruleErrors;
  }
}
