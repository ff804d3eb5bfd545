import { formatTimestamp } from "@betrace/contracts";
import { Command, Option } from "commander";
import { CommandError, EXIT } from "../exit-codes.js";
import type { Io } from "../io.js";
import type { Ended } from "../program.js";
import { type RangeOptions, timeRange } from "../time-range.js";
import { follow, howToComeBack } from "./follow.js";
import { readSoundRules } from "./read-rules.js";
import { replayFileCommand } from "./replay-file.js";
import { serverOf, writeJson } from "./server.js";

interface ReplayOptions extends RangeOptions {
  readonly wait: boolean;
  readonly json: boolean;
  readonly failOnViolation: boolean;
  readonly emit: boolean;
  readonly ruleFile?: readonly string[];
  readonly traces?: readonly string[];
}

/** `betrace replay`: on a server over Tempo, or without one over a file of traces. */
export function replayCommand(io: Io, ended: Ended): Command {
  return new Command("replay")
    .description("replay a rule over the past: when did it start, how often did it happen")
    .argument("[rule]", "id of a rule on the server; left out with --rule-file")
    .option("--since <duration>", "the time up to now (or --to), e.g. 15m, 24h, 30d")
    .option("--from <time>", "the first instant, e.g. 2026-01-11 or 2026-01-11T14:00:00Z")
    .option("--to <time>", "the first instant after the range; now by default")
    .addOption(
      new Option("--wait [bool]", "follow it to its end; =false only starts it").argParser(yesOrNo).default(true),
    )
    .option("--json", "the whole answer, as the API gives it", false)
    .option("--fail-on-violation", "end with 3 where violations were found", false)
    .option("--no-emit", "write no violation spans to Tempo")
    .option("--rule-file <file...>", "rules from files instead of the server, as for check")
    .option(
      "--traces <file...>",
      "without any server: over these files of OTLP/JSON, packed with gzip, zstd or not; - is stdin",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ betrace replay slow-db-no-retry --since 24h
  $ betrace replay slow-db-no-retry --from 2026-01-11 --to 2026-01-12 --fail-on-violation
  $ betrace replay slow-db-no-retry --since 30d --wait=false
  $ betrace replay --rule-file rules/slow-db.yaml --traces dump.otlp.jsonl.gz --fail-on-violation
  $ kubectl logs deploy/collector | betrace replay --rule-file rules/slow-db.yaml --traces -

Ctrl-C leaves a replay on the server running.`,
    )
    .action(async (ruleId: string | undefined, options: ReplayOptions, command: Command) => {
      const range = timeRange(options, io.nowNs());
      if (options.traces !== undefined) {
        if (options.ruleFile === undefined || ruleId !== undefined) {
          throw wrong(
            "--traces needs no server, so the rule comes from a file: betrace replay --rule-file r.yaml --traces FILE",
          );
        }
        if (options.ruleFile.includes("-") && options.traces.includes("-")) {
          throw wrong("--rule-file - and --traces - both read stdin: give one of them a file");
        }
        const rules = await readSoundRules(options.ruleFile, io);
        ended(await replayFileCommand({ ...options, paths: options.traces, rules, range }, io));
        return;
      }
      if ((ruleId === undefined) === (options.ruleFile === undefined)) {
        throw wrong("expected either the id of a rule on the server or --rule-file");
      }
      if (range === undefined) throw wrong("say over what time: --since 24h, or --from and --to");
      const api = serverOf(command, io);
      const order = {
        start_time: formatTimestamp(range.startNs),
        end_time: formatTimestamp(range.endNs),
        emit: options.emit,
      };
      const replay =
        ruleId === undefined
          ? await api.startUnsaved(await theOnlyRule(options.ruleFile ?? [], io), order)
          : await api.startReplay(ruleId, order);
      if (options.wait) {
        ended(await follow(command, replay.replay_id, io, options));
        return;
      }
      if (options.json) writeJson(io, replay);
      else io.out.write(`${replay.replay_id}\n`);
      if (!options.json) io.err.write(`It runs on the server. ${howToComeBack(replay.replay_id)}\n`);
      ended(EXIT.done);
    });
}

async function theOnlyRule(files: readonly string[], io: Io) {
  const [first, ...others] = await readSoundRules(files, io);
  if (first === undefined || others.length > 0) {
    throw wrong("a server replays one unsaved rule at a time; `betrace rules apply` saves several");
  }
  return first.rule;
}

/** An argument that is `true` or `false`. */
export function yesOrNo(text: string): boolean {
  if (/^(?:true|yes|1)$/i.test(text)) return true;
  if (/^(?:false|no|0)$/i.test(text)) return false;
  throw wrong(`expected true or false, found "${text}"`);
}

function wrong(message: string): CommandError {
  return new CommandError(EXIT.usage, message);
}
