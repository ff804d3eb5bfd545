import type { DryRunAnswer } from "@betrace/contracts";
import { compileRule, parseRule } from "@betrace/dsl";
import { estimateReplay, type ReplayPlan } from "@betrace/replay";
import { scanWindow } from "@betrace/tempo";
import type { ApiDeps } from "../deps.js";
import { LIMITS } from "../limits.js";
import { planToAnswer } from "./replay-answer.js";

/** What a replay would do and may cost. Tempo is asked for a few narrow windows; where it does not answer, the plan stands without them. */
export async function dryRun({ tempo }: Pick<ApiDeps, "tempo">, plan: ReplayPlan): Promise<DryRunAnswer> {
  const estimate = await estimateReplay(
    { scan: (request) => scanWindow(tempo, request), budgetMs: LIMITS.dryRunProbesMs },
    plan,
  );
  return planToAnswer(plan, notPushedDown(plan), estimate);
}

function notPushedDown({ rules }: ReplayPlan): DryRunAnswer["not_pushed_down"] {
  return rules.flatMap(({ ruleId, dsl }) => {
    const parsed = parseRule(dsl);
    if (!parsed.ok) return [];
    return compileRule(parsed.rule).notPushedDown.map(({ predicate, reason }) => ({
      rule_id: ruleId,
      predicate,
      reason,
    }));
  });
}
