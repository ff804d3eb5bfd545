import { ReplayError, type RuleStore } from "@betrace/replay";
import { ProblemError } from "../http/problem-error.js";

const NAMED = 10;

/** Runs `work`; where it finds no such rule, the problem names rules that there are. */
export async function namingKnownRules<T>(rules: RuleStore, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ReplayError) || error.code !== "rule_not_found") throw error;
    const page = await rules.list({ limit: NAMED });
    const ids = page.items.map((rule) => rule.id).join(", ");
    const known = ids === "" ? "there are none yet" : `there is ${ids}${page.nextCursor === undefined ? "" : ", ..."}`;
    throw new ProblemError("rule_not_found", `${error.message}; ${known}`, { cause: error });
  }
}
