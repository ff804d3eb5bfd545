#!/usr/bin/env node
import { parseTimestamp } from "@betrace/contracts";
import { Command, InvalidArgumentError } from "commander";
import { demo } from "./demo/demo.js";
import { createPersonLog } from "./log.js";
import { up } from "./up.js";

/** 0: done. 1: it failed, or the demo's answer is not what was planted. Commander itself leaves with 1 on bad usage. */
const FAILED = 1;
const SAME_KEYPRESS_MS = 1_000;

const log = createPersonLog(process.stderr, process.env.LOG_LEVEL);
const untilStopped = new Promise<void>((resolve) => {
  let askedAt: number | undefined;
  const stop = (): void => {
    // npm hands a Ctrl-C on to its child, which the terminal told already: only a later one is a person losing patience.
    if (askedAt !== undefined && Date.now() - askedAt > SAME_KEYPRESS_MS) process.exit(FAILED);
    askedAt ??= Date.now();
    resolve();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
});

const program = new Command("betrace")
  .description("Replay a rule about how a trace must not look over the traces that Tempo already holds.")
  .showHelpAfterError("(add --help for what is possible)");

program
  .command("up")
  .description("everything in one process: API, worker, and where none is named a Redis and a trace store")
  .option("--data <dir>", "keep rules, replays and traces in this folder")
  .addHelpText(
    "after",
    "\nExamples:\n  $ betrace up\n  $ betrace up --data ./betrace-data\n  $ TEMPO_URL=http://tempo:3200 betrace up",
  )
  .action(async (options: { data?: string }) => {
    await up({ env: process.env, dataDir: options.data, log, out: process.stdout, untilStopped });
  });

program
  .command("demo")
  .description("a day of synthetic traces with an incident in it: write, replay, answer")
  .option("--data <dir>", "keep rules, replays and traces in this folder")
  .option("--seed <n>", "of the synthetic day", wholeNumber, 1)
  .option("--day <date>", "in UTC, e.g. 2026-01-11 (default: the 24 hours until now)", endOfDay)
  .option("--keep", "stay up after the answer", false)
  .action(async (options: { data?: string; seed: number; day?: number; keep: boolean }) => {
    const right = await demo({
      env: process.env,
      dataDir: options.data,
      seed: options.seed,
      keep: options.keep,
      log,
      out: process.stdout,
      progress: process.stderr,
      untilStopped,
      endMs: options.day ?? Date.now(),
    });
    if (!right) process.exitCode = FAILED;
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`betrace: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = FAILED;
});

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("expected a whole number from 0 to 999999999.");
  return Number(text);
}

/** Unix milliseconds at which a day ends. */
function endOfDay(text: string): number {
  const startNs = parseTimestamp(`${text}T00:00:00Z`);
  const endMs = startNs === undefined ? Number.POSITIVE_INFINITY : Number(startNs / 1_000_000n) + 86_400_000;
  if (endMs <= Date.now()) return endMs;
  throw new InvalidArgumentError("expected a day that is over, such as 2026-01-11.");
}
