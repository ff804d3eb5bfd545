import { formatTimestamp, type RuleAnswer, type RuleVersionAnswer } from "@betrace/contracts";
import type { RuleVersion, StoredRule } from "@betrace/replay";

/** A rule as it crosses HTTP. */
export function ruleToAnswer(rule: StoredRule): RuleAnswer {
  return {
    id: rule.id,
    name: rule.name,
    description: rule.description,
    dsl: rule.dsl,
    severity: rule.severity,
    enabled: rule.enabled,
    annotations: { ...rule.annotations },
    version: rule.version,
    created_at: fromMs(rule.createdAtMs),
    updated_at: fromMs(rule.updatedAtMs),
  };
}

/** A rule's version as it crosses HTTP. */
export function ruleVersionToAnswer(version: RuleVersion): RuleVersionAnswer {
  return {
    rule_id: version.ruleId,
    version: version.version,
    name: version.name,
    dsl: version.dsl,
    severity: version.severity,
    annotations: { ...version.annotations },
    created_at: fromMs(version.createdAtMs),
  };
}

function fromMs(unixMs: number): string {
  return formatTimestamp(BigInt(Math.round(unixMs)) * 1_000_000n);
}
