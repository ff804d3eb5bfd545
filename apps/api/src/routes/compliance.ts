import {
  type ComplianceReport,
  complianceOf,
  complianceQuery,
  complianceReport,
  formatTimestamp,
} from "@betrace/contracts";
import { gatherEvidence, type ReplayStatus, type RuleEvidence } from "@betrace/replay";
import type { ApiDeps } from "../deps.js";
import { csvText } from "../http/csv.js";
import { ProblemError } from "../http/problem-error.js";
import { type Route, route } from "../http/route.js";
import { checkOrder, QUERY_NAMES } from "./replay-range.js";
import { complianceRows } from "./compliance-rows.js";

/** Windows spelled out for one rule; the count stays exact beyond it. */
const MAX_WINDOWS = 200;

const IN_PERIOD =
  "A violation belongs to the period if its offending span starts in it; a trace, and so what was read, if its first span does. " +
  "A violation in a trace that began before the period is known only if a replay read the time at which that trace began.";

/** Evidence for auditors: which rules carry a framework's controls, over what they ran, what they found, what was not read. */
export function complianceRoutes(deps: ApiDeps): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/compliance/reports/{framework}",
        name: "complianceReport",
        summary:
          "Evidence for a framework over a period: the rules that carry its controls, their replays, what these found and what they did not read.",
        query: complianceQuery,
        answers: { 200: complianceReport },
        alsoAs: ["text/csv"],
        problems: ["range_invalid", "framework_not_found", "redis_unavailable"],
      },
      async ({ params: { framework = "" }, query: { start, end, format }, accepted }) => {
        if (start !== undefined && end !== undefined) checkOrder(start, end, QUERY_NAMES);
        const asked = { startNs: start, endNs: end };
        const nowNs = deps.clock.nowNs();
        const gathered = await gatherEvidence(deps, framework, asked, Number(nowNs / 1_000_000n));
        const { evidence, period, replaysLeftOut } = gathered;
        if (evidence.length === 0) throw await notFound(deps, framework);
        const report: ComplianceReport = {
          framework,
          start_time: timeOrNull(period.startNs),
          end_time: timeOrNull(period.endNs),
          in_period: IN_PERIOD,
          generated_at: formatTimestamp(nowNs),
          controls: byControl(evidence),
          evidence: evidence.map(evidenceToAnswer),
          replays_not_looked_at: replaysLeftOut,
        };
        if ((format ?? (accepted === "text/csv" ? "csv" : "json")) === "json") return { status: 200, body: report };
        const name = `compliance-${framework.replace(/[^A-Za-z0-9.-]+/g, "-")}.csv`;
        return {
          status: 200,
          text: { type: "text/csv; charset=utf-8", content: csvText(complianceRows(report)) },
          headers: { "Content-Disposition": `attachment; filename="${name}"` },
        };
      },
    ),
  ];
}

async function notFound({ rules }: ApiDeps, framework: string): Promise<ProblemError> {
  const { items } = await rules.list({ limit: 1_000 });
  const known = new Set(items.flatMap((rule) => complianceOf(rule.annotations)).map((mark) => mark.framework));
  const there =
    known.size === 0
      ? 'no rule carries any; write e.g. @SOC2(controls = {CC6_1}) before a rule\'s text, or the annotations {"compliance_framework": "SOC2", "soc2_control": "CC6.1"}'
      : `rules carry controls of ${[...known].sort().join(", ")}`;
  return new ProblemError("framework_not_found", `no rule carries a control of "${framework.slice(0, 100)}"; ${there}`);
}

function byControl(evidence: readonly RuleEvidence[]): ComplianceReport["controls"] {
  const controls = new Map<string, ComplianceReport["controls"][number]["rules"]>();
  for (const { controls: carried, rule, outcome } of evidence) {
    for (const control of carried) {
      const rules = controls.get(control) ?? [];
      rules.push({ rule_id: rule.ruleId, rule_version: rule.ruleVersion, outcome });
      controls.set(control, rules);
    }
  }
  return [...controls].sort(([a], [b]) => (a < b ? -1 : 1)).map(([control, rules]) => ({ control, rules }));
}

function evidenceToAnswer(one: RuleEvidence): ComplianceReport["evidence"][number] {
  const { rule, current, violations, notRead } = one;
  return {
    rule_id: rule.ruleId,
    rule_version: rule.ruleVersion,
    rule_name: rule.name,
    dsl: rule.dsl,
    severity: rule.severity,
    controls: [...one.controls],
    current: current !== undefined,
    enabled: current?.enabled ?? null,
    outcome: one.outcome,
    violations_in_period: violations.count,
    violations_exact: violations.exact,
    first_violation_at: timeOrNull(violations.firstNs),
    last_violation_at: timeOrNull(violations.lastNs),
    not_read: notRead.slice(0, MAX_WINDOWS).map(({ startNs, endNs }) => windowOf(startNs, endNs)),
    not_read_count: notRead.length,
    replays: one.replays.map((replay) => replayOfRule(replay, one)),
  };
}

function replayOfRule(
  replay: ReplayStatus,
  { rule }: RuleEvidence,
): ComplianceReport["evidence"][number]["replays"][number] {
  return {
    replay_id: replay.replayId,
    status: replay.state,
    ...windowOf(replay.startNs, replay.endNs),
    created_at: fromMs(replay.acceptedAtMs),
    ended_at: replay.finishedAtMs === undefined ? null : fromMs(replay.finishedAtMs),
    traces_evaluated: replay.tracesEvaluated,
    violations_found: replay.rules.find(({ ruleId }) => ruleId === rule.ruleId)?.violationsFound ?? 0,
    incomplete_window_count: replay.incompleteWindowCount,
    unsettled: replay.unsettled === undefined ? null : windowOf(replay.unsettled.fromNs, replay.unsettled.untilNs),
  };
}

function timeOrNull(ns: bigint | undefined): string | null {
  return ns === undefined ? null : formatTimestamp(ns);
}

function windowOf(startNs: bigint, endNs: bigint): { start_time: string; end_time: string } {
  return { start_time: formatTimestamp(startNs), end_time: formatTimestamp(endNs) };
}

function fromMs(unixMs: number): string {
  return formatTimestamp(BigInt(Math.round(unixMs)) * 1_000_000n);
}
