import type { ComplianceReport } from "@betrace/contracts";
import type { CsvRow } from "../http/csv.js";

type Evidence = ComplianceReport["evidence"][number];

/** A report as a table: a line for each control, rule version and replay; a rule without a replay has a line of its own. */
export function complianceRows(report: ComplianceReport): readonly CsvRow[] {
  return report.evidence.flatMap((evidence) => {
    const controls = evidence.controls.length === 0 ? [""] : evidence.controls;
    const replays = evidence.replays.length === 0 ? [undefined] : evidence.replays;
    return controls.flatMap((control) => replays.map((replay) => row(report, control, evidence, replay)));
  });
}

function row(
  report: ComplianceReport,
  control: string,
  evidence: Evidence,
  replay?: Evidence["replays"][number],
): CsvRow {
  return {
    framework: report.framework,
    control,
    period_start: report.start_time,
    period_end: report.end_time,
    rule_id: evidence.rule_id,
    rule_version: evidence.rule_version,
    rule_name: evidence.rule_name,
    outcome: evidence.outcome,
    violations_in_period: evidence.violations_in_period,
    violations_exact: evidence.violations_exact,
    windows_not_read: evidence.not_read_count,
    replay_id: replay?.replay_id,
    replay_status: replay?.status,
    replay_start: replay?.start_time,
    replay_end: replay?.end_time,
    replay_created_at: replay?.created_at,
    replay_ended_at: replay?.ended_at,
    replay_traces_evaluated: replay?.traces_evaluated,
    replay_violations_found: replay?.violations_found,
    replay_incomplete_windows: replay?.incomplete_window_count,
    replay_unsettled_from: replay?.unsettled?.start_time,
    generated_at: report.generated_at,
  };
}
