import { createHash } from "node:crypto";
import { DEFAULT_SEVERITY, mergeAnnotations } from "@betrace/contracts";
import { type CompiledRule, combineForScan, explainRule } from "@betrace/dsl";
import { ReplayError } from "../errors.js";
import { LIMITS } from "../limits.js";
import type { PinnedRule, ReplayPlan, ReplayRequest, RuleSelection, Unsettled } from "../replay.js";
import { compileText } from "../rules/compile.js";
import { unsavedRuleId } from "../rules/rule-id.js";
import type { RuleStore } from "../rules/store.js";
import { chooseShardSeconds, cutIntoShards } from "./shards.js";

/** What a plan depends on besides the request. */
export interface PlanContext {
  readonly ruleStore: RuleStore;
  /** Throws `rule_rejected`. */
  readonly compile: (dsl: string) => CompiledRule;
  readonly nowNs: bigint;
  /** Data younger than this may still move inside Tempo. */
  readonly settleNs: bigint;
  /** Traces a second, as dense as earlier replays found them; 0: not known. */
  readonly tracesPerSecond: number;
}

/** Pins the rules and cuts the range. Writes nothing; throws a {@link ReplayError} for a request that cannot be run. */
export async function planReplay(context: PlanContext, request: ReplayRequest): Promise<ReplayPlan> {
  const { startNs, endNs } = request;
  const shardSeconds = request.shardSeconds ?? chooseShardSeconds(startNs, endNs, context.tracesPerSecond);
  const shards = cutIntoShards(startNs, endNs, shardSeconds);
  const rules = await pinRules(context.ruleStore, request.rules);
  const compiled = rules.map((rule) => context.compile(rule.dsl));
  const { witnessFilter, candidateFilter } = combineForScan(compiled);
  return {
    rules,
    startNs,
    endNs,
    shardSeconds,
    shards,
    witnessQuery: witnessFilter === undefined ? undefined : `{ ${witnessFilter} }`,
    candidateQuery: candidateFilter === undefined ? undefined : `{ ${candidateFilter} }`,
    explanation: compiled.map((rule) => explainRule(rule)),
    unsettled: unsettledPart(startNs, endNs, context.nowNs - context.settleNs),
  };
}

/** Rules as they stand now, for a replay to run whatever becomes of them. Each id once, in the order given. */
export async function pinRules(ruleStore: RuleStore, selection: RuleSelection): Promise<readonly PinnedRule[]> {
  if (selection.kind === "unsaved") return [pinUnsaved(selection)];
  const ruleIds = [...new Set(selection.ruleIds)];
  if (ruleIds.length === 0) throw new ReplayError("no_rules", "a replay needs at least one rule");
  if (ruleIds.length > LIMITS.maxRulesPerReplay) {
    const message = `a replay runs at most ${LIMITS.maxRulesPerReplay} rules in one pass; ${ruleIds.length} were asked for`;
    throw new ReplayError("too_many_rules", message);
  }
  const rules = await Promise.all(ruleIds.map((id) => ruleStore.get(id)));
  return rules.map(({ id, version, name, dsl, severity, annotations, enabled }) => {
    if (!enabled) throw new ReplayError("rule_disabled", `the rule "${id}" is disabled: enable it to replay it`);
    return { ruleId: id, ruleVersion: version, name, dsl, severity, annotations };
  });
}

/** A text that is no stored rule, as one to run. Throws `rule_rejected`. */
export function pinUnsaved(selection: Omit<Extract<RuleSelection, { kind: "unsaved" }>, "kind">): PinnedRule {
  const ruleId = unsavedRuleId(selection.dsl);
  const annotations = mergeAnnotations(selection.annotations ?? {}, compileText(selection.dsl).annotations);
  const { dsl, name = ruleId, severity = DEFAULT_SEVERITY } = selection;
  return { ruleId, ruleVersion: 1, name, dsl, severity, annotations };
}

/** Tells two requests apart that come with the same idempotency key. */
export function fingerprintOf(request: ReplayRequest): string {
  const { rules, startNs, endNs, emit = true, shardSeconds } = request;
  const text = JSON.stringify([rules, startNs.toString(), endNs.toString(), emit, shardSeconds ?? null]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function unsettledPart(startNs: bigint, endNs: bigint, settledUntilNs: bigint): Unsettled | undefined {
  if (endNs <= settledUntilNs) return undefined;
  return { fromNs: startNs > settledUntilNs ? startNs : settledUntilNs, untilNs: endNs };
}
