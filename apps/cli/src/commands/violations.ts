import { formatTimestamp, nearest, SEVERITIES, severityIn, type ViolationAnswer } from "@betrace/contracts";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Io } from "../io.js";
import { table } from "../table.js";
import { type RangeOptions, timeRange } from "../time-range.js";
import { serverOf, writeJson } from "./server.js";
import { wholeNumber } from "./whole-number.js";

interface ViolationOptions extends RangeOptions {
  readonly format: "table" | "json" | "csv";
  readonly limit: number;
  readonly service?: string;
  readonly severity?: string;
  readonly order: string;
}

/** `betrace violations`. */
export function violationsCommand(io: Io): Command {
  return new Command("violations")
    .description("what replays of a rule found, over all replays, each violation once")
    .argument("<rule>", "id of a rule")
    .addOption(new Option("--format <format>", "how to write them").choices(["table", "json", "csv"]).default("table"))
    .option("--limit <n>", "at most so many", wholeNumber, 1_000)
    .addOption(new Option("--order <order>", "what comes first").choices(["newest", "oldest"]).default("newest"))
    .option("--since <duration>", "that happened within this time, e.g. 24h")
    .option("--from <time>", "that happened at or after it")
    .option("--to <time>", "that happened before it")
    .option("--service <name>", "at a span of this service")
    .addOption(new Option("--severity <severity>", "of this severity").choices(SEVERITIES).argParser(severityOf))
    .addHelpText(
      "after",
      "\nExamples:\n  $ betrace violations slow-db-no-retry\n  $ betrace violations slow-db-no-retry --since 24h --format csv > violations.csv\n  $ betrace violations slow-db-no-retry --format json --limit 10 --order oldest",
    )
    .action(async (ruleId: string, options: ViolationOptions, command: Command) => {
      const { format, limit, service, severity, order } = options;
      const range = timeRange(options, io.nowNs());
      const found: ViolationAnswer[] = [];
      const all = serverOf(command, io).violations({
        rule_id: ruleId,
        service,
        severity,
        order,
        ...(range && { start: formatTimestamp(range.startNs), end: formatTimestamp(range.endNs) }),
      });
      let more = false;
      for await (const violation of all) {
        more = found.length >= limit;
        if (more) break;
        found.push(violation);
      }
      if (format === "json") writeJson(io, found);
      else if (format === "csv") io.out.write([COLUMNS, ...found.map(cellsOf)].map(csvLine).join(""));
      else if (found.length > 0) io.out.write(table([HEADER, ...found.map(rowOf)]));
      else io.err.write(`No stored violation of ${ruleId}; \`betrace status ${ruleId}\` says what was replayed.\n`);
      if (more) io.err.write(`These are the ${order} ${limit}; there are more (--limit).\n`);
    });
}

function severityOf(text: string) {
  const read = severityIn.safeParse(text);
  if (read.success) return read.data;
  const guess = nearest(text, SEVERITIES);
  throw new InvalidArgumentError(
    `Allowed choices are ${SEVERITIES.join(", ")}.${guess === undefined ? "" : ` Did you mean ${guess}?`}`,
  );
}

const HEADER = ["AT", "SEVERITY", "SERVICE", "DURATION", "TRACE", "SPAN"];

function rowOf({ start_time, severity, service, duration_ms, trace_id, span_id }: ViolationAnswer): readonly string[] {
  return [start_time, severity, service ?? "-", `${duration_ms} ms`, trace_id, span_id];
}

const COLUMNS = [
  "start_time",
  "rule_id",
  "rule_version",
  "severity",
  "service",
  "duration_ms",
  "trace_id",
  "span_id",
  "violation_id",
  "replay_id",
  "message",
] as const satisfies readonly (keyof ViolationAnswer)[];

function cellsOf(violation: ViolationAnswer): readonly string[] {
  return COLUMNS.map((column) => String(violation[column] ?? ""));
}

/** RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) => {
    const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${quoted.join(",")}\r\n`;
}
