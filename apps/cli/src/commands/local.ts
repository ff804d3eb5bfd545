import { parseTimestamp } from "@betrace/contracts";
import { Command, InvalidArgumentError } from "commander";
import type { Ended } from "../program.js";
import { EXIT } from "../exit-codes.js";
import type { Io } from "../io.js";
import { createPersonLog } from "../log.js";
import { wholeNumber } from "./whole-number.js";

/** `betrace up`. */
export function upCommand(io: Io): Command {
  return new Command("up")
    .description("everything in one process: API, worker, and where none is named a Redis and a trace store")
    .option("--data <dir>", "keep rules, replays and traces in this folder")
    .addHelpText(
      "after",
      "\nExamples:\n  $ betrace up\n  $ betrace up --data ./betrace-data\n  $ TEMPO_URL=http://tempo:3200 betrace up",
    )
    .action(async (options: { data?: string }) => {
      const { up } = await import("../up.js");
      const { env, out, untilStopped } = io;
      await up({ env, dataDir: options.data, log: createPersonLog(io.err, env.LOG_LEVEL), out, untilStopped });
    });
}

/** `betrace demo`. */
export function demoCommand(io: Io, ended: Ended): Command {
  return new Command("demo")
    .description("a day of synthetic traces with an incident in it: write, replay, answer")
    .option("--data <dir>", "keep rules, replays and traces in this folder")
    .option("--seed <n>", "of the synthetic day", wholeNumber, 1)
    .option("--day <date>", "in UTC, e.g. 2026-01-11 (default: the 24 hours until now)", endOfDay)
    .option("--keep", "stay up after the answer", false)
    .addHelpText("after", "\nExamples:\n  $ betrace demo\n  $ betrace demo --keep --seed 7")
    .action(async (options: { data?: string; seed: number; day?: number; keep: boolean }) => {
      const { demo } = await import("../demo/demo.js");
      const { env, out, untilStopped } = io;
      const right = await demo({
        env,
        dataDir: options.data,
        seed: options.seed,
        keep: options.keep,
        log: createPersonLog(io.err, env.LOG_LEVEL),
        out,
        progress: io.err,
        untilStopped,
        endMs: options.day ?? Number(io.nowNs() / 1_000_000n),
      });
      // An answer that is not what was planted is a fault of ours.
      ended(right ? EXIT.done : EXIT.usage);
    });
}

/** Unix milliseconds at which a day ends. */
function endOfDay(text: string): number {
  const startNs = parseTimestamp(`${text}T00:00:00Z`);
  const endMs = startNs === undefined ? Number.POSITIVE_INFINITY : Number(startNs / 1_000_000n) + 86_400_000;
  if (endMs <= Date.now()) return endMs;
  throw new InvalidArgumentError("expected a day that is over, such as 2026-01-11.");
}
