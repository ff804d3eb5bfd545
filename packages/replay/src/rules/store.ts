import type { Redis } from "ioredis";
import type { Clock } from "../replay.js";
import type { Page, PageRequest, RuleChange, RuleDraft, RuleVersion, StoredRule } from "./rule.js";

/** What {@link createRuleStore} needs. */
export interface RuleStoreOptions {
  readonly redis: Redis;
  readonly clock: Clock;
  /** In front of every key. Default `betrace:`. */
  readonly keyPrefix?: string;
}

/**
 * Rules and their versions. A change of the text, or of what its violations carry (name, severity, annotations), makes
 * a new version; a description or an `enabled` does not. Refusals are {@link ReplayError}s, and leave nothing behind.
 */
export interface RuleStore {
  /** Throws `rule_id_taken`, `rule_id_invalid` or `rule_rejected` (with every problem of the text). */
  create(draft: RuleDraft): Promise<StoredRule>;
  /** Throws `rule_not_found`. */
  get(id: string): Promise<StoredRule>;
  /** In order of id. */
  list(page?: PageRequest & { readonly enabled?: boolean }): Promise<Page<StoredRule>>;
  /** Throws `rule_not_found` or `rule_rejected`. */
  update(id: string, change: RuleChange): Promise<StoredRule>;
  setEnabled(id: string, enabled: boolean): Promise<StoredRule>;
  /** Removes the rule; its versions, replays and violations stay, and a rule made anew under the id counts on from there. */
  delete(id: string): Promise<void>;
  /** Newest first; also of a deleted rule. Throws `rule_not_found` where the id was never used. */
  versions(id: string): Promise<readonly RuleVersion[]>;
}

export function createRuleStore(_options: RuleStoreOptions): RuleStore {
  throw new Error("not built yet");
}
