import { formatTimestamp, lastReplay, type RuleAnswer, type RuleVersionAnswer } from "@betrace/contracts";
import type { ReplayStatus, RuleVersion, StoredRule } from "@betrace/replay";
import { replayToAnswer } from "./replay-answer.js";

/** A rule as it crosses HTTP, with its newest replay. */
export function ruleToAnswer(rule: StoredRule, newest: ReplayStatus | undefined): RuleAnswer {
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
    last_replay: newest === undefined ? null : lastReplay.parse(replayToAnswer(newest, rule.id)),
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
