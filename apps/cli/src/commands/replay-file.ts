import { formatTimestamp } from "@betrace/contracts";
import { count, counted } from "../describe-replay.js";
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
  /** As `--traces` names them. */
  readonly paths: readonly string[];
  readonly rules: readonly FileRule[];
  readonly range: TimeRange | undefined;
  readonly json: boolean;
  readonly failOnViolation: boolean;
}

/** Replays rules over files of traces, shows what was found, and says how the command ends. */
export async function replayFileCommand(options: ReplayFileOptions, io: Io): Promise<ExitCode> {
  const [{ replayFile }, { traceInputs }] = await Promise.all([
    import("../offline/replay-file.js"),
    import("../offline/trace-input.js"),
  ]);
  let saidAt = performance.now();
  const replay = await traceInputs(options.paths, () => io.in)
    .then((inputs) =>
      replayFile({
        inputs,
        rules: options.rules,
        startNs: options.range?.startNs,
        endNs: options.range?.endNs,
        maxViolations: MAX_LISTED,
        onProgress(name, spans) {
          if (performance.now() - saidAt < PROGRESS_EVERY_MS) return;
          saidAt = performance.now();
          io.err.write(`Reading ${name}: ${count(spans)} spans\n`);
        },
      }),
    )
    .catch((error: unknown) => {
      if (error instanceof CommandError) throw error;
      // Whatever the file is, the question has no whole answer.
      throw new CommandError(EXIT.incomplete, error instanceof Error ? error.message : String(error));
    });
  if (replay.held !== undefined && replay.held.firstNs < A_YEAR_NS) io.err.write(sayIsNotInNs(replay.held.firstNs));
  if (options.json) writeJson(io, await toJson(replay, options.range));
  else io.out.write(describe(replay, options.range));
  const found = replay.findings.some((finding) => finding.violationsFound > 0);
  if (options.failOnViolation && found) return EXIT.violationsFound;
  return outcomeOf(replay) === "decided" ? EXIT.done : EXIT.incomplete;
}

/** What is before 1971 in nanoseconds is today in seconds, milliseconds or microseconds. */
const A_YEAR_NS = 31_536_000_000_000_000n;

function sayIsNotInNs(firstNs: bigint): string {
  return `The earliest trace begins at ${formatTimestamp(firstNs)}. If that is wrong, its times are in seconds, milliseconds or microseconds, and not in nanoseconds as in OTLP: then no time and no duration here is right.\n`;
}

/** Nothing found among no traces is no answer to what was asked. */
function outcomeOf({ undecided, tracesEvaluated }: FileReplay): "decided" | "undecided" | "no_traces" {
  if (undecided.length > 0) return "undecided";
  return tracesEvaluated === 0 ? "no_traces" : "decided";
}

/** What the files hold instead of the traces that were asked for. */
function whyNoTraces({ held, spans, inputs }: FileReplay, range: TimeRange | undefined): string {
  const where = inputs.length === 1 ? (inputs[0]?.name ?? "") : `the ${inputs.length} files`;
  if (held === undefined) {
    return spans === 0
      ? `There were no traces: no span is in ${where}.`
      : `There were no traces: BeTrace itself wrote what is in ${where} (${counted(spans, "span")}).`;
  }
  const [from, to] = [range?.startNs, range?.endNs].map((ns) => (ns === undefined ? "" : formatTimestamp(ns)));
  const own = `${counted(held.traces, "trace")} in ${where}`;
  return held.firstNs === held.lastNs
    ? `There were no traces: none begins from ${from} to ${to}; the ${own} begins at ${formatTimestamp(held.firstNs)}.`
    : `There were no traces: none begins from ${from} to ${to}; the ${own} begin from ${formatTimestamp(held.firstNs)} to ${formatTimestamp(held.lastNs)}.`;
}

function describe(replay: FileReplay, range: TimeRange | undefined): string {
  const { tracesEvaluated, spans, findings, undecided, inputs, passedOver } = replay;
  const where = inputs.length === 1 ? inputs[0]?.name : `${inputs.length} files`;
  const findingsOrNone =
    outcomeOf(replay) === "no_traces"
      ? ["", whyNoTraces(replay, range)]
      : findings.flatMap((finding) => ["", ...describeFinding(finding, replay)]);
  return [
    `${counted(tracesEvaluated, "trace")} evaluated (${counted(spans, "span")} in ${where})`,
    ...(inputs.length === 1 ? [] : inputs.map((input) => `  ${input.name}: ${counted(input.spans, "span")}`)),
    ...(passedOver.size === 0
      ? []
      : [`passed over: ${[...passedOver].map(([signal, n]) => `${counted(n, "document")} of ${signal}`).join(", ")}`]),
    ...undecided.map((reason) => `incomplete: ${reason}`),
    ...findingsOrNone,
    "",
  ].join("\n");
}

function describeFinding(finding: FileFinding, { grid, undecided, inputs }: FileReplay): readonly string[] {
  const { ruleId, violationsFound, firstNs, lastNs } = finding;
  if (firstNs === undefined || lastNs === undefined || grid === undefined) {
    return [
      ruleId,
      undecided.length === 0
        ? `It never happened in ${inputs.length === 1 ? "this file" : "these files"}.`
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

async function toJson(replay: FileReplay, range: TimeRange | undefined) {
  const { violationToAnswer } = await import("@betrace/api");
  const { violationSpanIds } = await import("@betrace/violations");
  const { grid, held } = replay;
  const outcome = outcomeOf(replay);
  const orNull = (ns: bigint | undefined) => (ns === undefined ? null : formatTimestamp(ns));
  return {
    outcome,
    no_traces: outcome === "no_traces" ? whyNoTraces(replay, range) : null,
    held:
      held === undefined
        ? null
        : {
            traces: held.traces,
            first_trace_at: formatTimestamp(held.firstNs),
            last_trace_at: formatTimestamp(held.lastNs),
          },
    inputs: replay.inputs,
    passed_over: Object.fromEntries(replay.passedOver),
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
