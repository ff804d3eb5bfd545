import type { Annotations, Severity } from "@betrace/contracts";

/** What a caller gives to make a rule. */
export interface RuleDraft {
  /** See {@link isRuleId}; made from the name where absent. */
  readonly id?: string;
  readonly name: string;
  readonly description?: string;
  readonly dsl: string;
  /** Default: `DEFAULT_SEVERITY`. */
  readonly severity?: Severity;
  /** Default true. */
  readonly enabled?: boolean;
  readonly annotations?: Annotations;
}

/** What may change of a rule; an absent field stays. */
export type RuleChange = Partial<Omit<RuleDraft, "id">>;

/** One version of a rule: everything that shapes its violations. Never changes once written. */
export interface RuleVersion {
  readonly ruleId: string;
  /** 1 for the first. */
  readonly version: number;
  readonly name: string;
  readonly dsl: string;
  readonly severity: Severity;
  /** The caller's annotations merged with those that stand in the text. */
  readonly annotations: Annotations;
  readonly createdAtMs: number;
}

/** A rule as it stands now. */
export interface StoredRule {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly description: string;
  readonly dsl: string;
  readonly severity: Severity;
  readonly enabled: boolean;
  /** The caller's annotations merged with those that stand in the text. */
  readonly annotations: Annotations;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A page of a list; `nextCursor` is absent on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | undefined;
}

/** Where a page starts and how long it may be. The cursor is opaque and stays valid while items come and go. */
export interface PageRequest {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}
