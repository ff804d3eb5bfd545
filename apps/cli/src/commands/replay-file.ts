import { formatTimestamp } from "@betrace/contracts";
import { count } from "../describe-replay.js";
import { CommandError, EXIT, type ExitCode } from "../exit-codes.js";
import type { Io } from "../io.js";
import type { FileFinding, FileReplay } from "../offline/replay-file.js";
import type { FileRule } from "../rule-files/read-rule-file.js";
import type { TimeRange } from "../time-range.js";
import { drawTimeline } from "../timeline.js";
import { writeJson } from "./server.js";

/** Violations in a JSON answer. */
const MAX_LISTED = 1_000;
const PROGRESS_EVERY_MS = 2_000;

export interface ReplayFileOptions {
  readonly path: string;
  readonly rules: readonly FileRule[];
  readonly range: TimeRange | undefined;
  readonly json: boolean;
  readonly failOnViolation: boolean;
}

/** Replays rules over a file of traces, shows what was found, and says how the command ends. */
export async function replayFileCommand(options: ReplayFileOptions, io: Io): Promise<ExitCode> {
  const { replayFile } = await import("../offline/replay-file.js");
  let saidAt = performance.now();
  const replay = await replayFile({
    path: options.path,
    rules: options.rules,
    startNs: options.range?.startNs,
    endNs: options.range?.endNs,
    maxViolations: MAX_LISTED,
    onProgress(spans) {
      if (performance.now() - saidAt < PROGRESS_EVERY_MS) return;
      saidAt = performance.now();
      io.err.write(`Reading ${options.path}: ${count(spans)} spans\n`);
    },
  }).catch((error: unknown) => {
    if (error instanceof CommandError) throw error;
    // Whatever the file is, the question has no whole answer.
    throw new CommandError(EXIT.incomplete, error instanceof Error ? error.message : String(error));
  });
  if (options.json) writeJson(io, await toJson(replay));
  else io.out.write(describe(options.path, replay));
  const found = replay.findings.some((finding) => finding.violationsFound > 0);
  if (options.failOnViolation && found) return EXIT.violationsFound;
  return replay.undecided.length > 0 ? EXIT.incomplete : EXIT.done;
}

function describe(path: string, replay: FileReplay): string {
  const { tracesEvaluated, spans, findings, undecided } = replay;
  const read = `${count(tracesEvaluated)} traces evaluated (${count(spans)} spans in ${path})`;
  return [
    read,
    ...undecided.map((reason) => `incomplete: ${reason}`),
    ...findings.flatMap((finding) => ["", ...describeFinding(finding, replay)]),
    "",
  ].join("\n");
}

function describeFinding(finding: FileFinding, { grid, undecided }: FileReplay): readonly string[] {
  const { ruleId, violationsFound, firstNs, lastNs } = finding;
  if (firstNs === undefined || lastNs === undefined || grid === undefined) {
    return [
      ruleId,
      undecided.length === 0
        ? "It never happened in this file."
        : "No violation was found, but not every trace could be decided.",
    ];
  }
  const timeline = bucketsOf(finding, grid);
  return [
    ruleId,
    `It started at ${formatTimestamp(firstNs)}.`,
    "",
    `  violations        ${count(violationsFound)}`,
    `  first violation   ${formatTimestamp(firstNs)}`,
    `  last violation    ${formatTimestamp(lastNs)}`,
    "",
    ...drawTimeline(timeline, 40, 24).map((line) => `  ${line}`),
  ];
}

/** The timeline in the words of the API. */
function bucketsOf({ buckets }: FileFinding, { firstNs, widthNs, count: slices }: NonNullable<FileReplay["grid"]>) {
  const at = (index: number) => formatTimestamp(firstNs + BigInt(index) * widthNs);
  return {
    buckets: buckets.flatMap((violations, index) =>
      violations === 0 ? [] : [{ start_time: at(index), end_time: at(index + 1), violations }],
    ),
    bucket_grid: { start_time: at(0), seconds: Number(widthNs) / 1e9, count: slices },
  };
}

async function toJson(replay: FileReplay) {
  const { violationToAnswer } = await import("@betrace/api");
  const { violationSpanIds } = await import("@betrace/violations");
  const { grid } = replay;
  const orNull = (ns: bigint | undefined) => (ns === undefined ? null : formatTimestamp(ns));
  return {
    traces_evaluated: replay.tracesEvaluated,
    violations_found: replay.findings.reduce((sum, finding) => sum + finding.violationsFound, 0),
    spans: replay.spans,
    rules: replay.findings.map((finding) => ({
      rule_id: finding.ruleId,
      violations_found: finding.violationsFound,
      first_violation_at: orNull(finding.firstNs),
      last_violation_at: orNull(finding.lastNs),
      ...(grid === undefined ? { buckets: [], bucket_grid: null } : bucketsOf(finding, grid)),
    })),
    undecided: replay.undecided,
    violations: replay.violations.map((violation) => {
      const { traceId: id } = violationSpanIds(violation.ruleId, violation.ruleVersion, violation.traceId);
      return violationToAnswer({ ...violation, id });
    }),
  };
}
