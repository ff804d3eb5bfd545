import { nearest } from "@betrace/contracts";
import { ReplayError, type RuleStore } from "@betrace/replay";
import type { ApiDeps } from "../deps.js";
import { ProblemError } from "../http/problem-error.js";

const NAMED = 10;
/** How many rules are searched for the one that was meant. */
const LOOKED_AT = 1_000;

/**
 * Runs `work` on these rules; if it finds no such rule, the problem names the one that was probably meant, and some
 * that there are.
 */
export async function namingKnownRules<T>(
  rules: RuleStore,
  wanted: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ReplayError) || error.code !== "rule_not_found") throw error;
    const page = await rules.list({ limit: LOOKED_AT });
    const ids = page.items.map((rule) => rule.id);
    const missing = wanted.find((id) => !ids.includes(id));
    const guess = missing === undefined ? undefined : nearest(missing, ids);
    const more = ids.length > NAMED || page.nextCursor !== undefined ? ", ..." : "";
    const known = ids.length === 0 ? "there are none yet" : `known: ${ids.slice(0, NAMED).join(", ")}${more}`;
    const detail = `${error.message}; ${guess === undefined ? "" : `did you mean ${guess}? `}${known}`;
    throw new ProblemError("rule_not_found", detail, { cause: error });
  }
}

/**
 * For a list of one rule that is empty: returns where the rule is known, of old too (it was removed, or replayed
 * without being saved).
 * @throws ProblemError `rule_not_found` where its id was never used: an empty list would read as "it never happened".
 */
export async function checkRuleKnown(
  { rules, replays }: Pick<ApiDeps, "rules" | "replays">,
  id: string,
): Promise<void> {
  if ((await replays.newestOfRule(id)) !== undefined) return;
  await namingKnownRules(rules, [id], () => rules.versions(id));
}
