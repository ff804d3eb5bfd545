import { parseTimestamp } from "@betrace/contracts";
import { Command, InvalidArgumentError } from "commander";
import type { Ended } from "../program.js";
import { EXIT } from "../exit-codes.js";
import type { Io } from "../io.js";
import { createPersonLog } from "../log.js";
import { portNumber, wholeNumber } from "./whole-number.js";

interface LocalOptions {
  readonly data?: string;
  readonly port?: number;
  readonly tempoPort?: number;
  readonly otlpPort?: number;
}

/** `betrace up`. */
export function upCommand(io: Io): Command {
  return local("up")
    .description("everything in one process: API, worker, and a Redis and a trace store if you name none")
    .addHelpText(
      "after",
      "\nExamples:\n  $ betrace up\n  $ betrace up --data ./betrace-data\n  $ betrace up --tempo-port 13200 --otlp-port 14318\n  $ TEMPO_URL=http://tempo:3200 betrace up",
    )
    .action(async (options: LocalOptions) => {
      const { up } = await import("../up.js");
      await up({ io, ...stackOf(options, io) });
    });
}

/** `betrace demo`. */
export function demoCommand(io: Io, ended: Ended): Command {
  return local("demo")
    .description("a day of synthetic traces with an incident in it: write, replay, answer")
    .option("--seed <n>", "of the synthetic day", wholeNumber, 1)
    .option("--day <date>", "in UTC, e.g. 2026-01-11 (default: the 24 hours until now)", endOfDay)
    .option("--keep", "stay up after the answer", false)
    .addHelpText("after", "\nExamples:\n  $ betrace demo\n  $ betrace demo --keep --seed 7")
    .action(async (options: LocalOptions & { seed: number; day?: number; keep: boolean }) => {
      const { demo } = await import("../demo/demo.js");
      const { seed, keep, day } = options;
      const endMs = day ?? Number(io.nowNs() / 1_000_000n);
      const right = await demo({ io, ...stackOf(options, io), seed, keep, endMs });
      // An answer that is not what was planted is a fault of ours.
      ended(right ? EXIT.done : EXIT.usage);
    });
}

/** A command that runs everything in one process. */
function local(name: string): Command {
  return new Command(name)
    .option("--data <dir>", "keep rules, replays and traces in this folder")
    .option("--port <n>", "where the API and the console answer (PORT; 8080, else the next free port)", portNumber)
    .option("--tempo-port <n>", "of the embedded trace store (3200, else the next free port)", portNumber)
    .option("--otlp-port <n>", "where it takes traces in (4318, else the next free port)", portNumber);
}

function stackOf({ data, port, tempoPort, otlpPort }: LocalOptions, io: Io) {
  return {
    dataDir: data,
    ports: { api: port, tempo: tempoPort, otlp: otlpPort },
    log: createPersonLog(io.err, io.env.LOG_LEVEL),
  };
}

/** Unix milliseconds at which a day ends. */
function endOfDay(text: string): number {
  const startNs = parseTimestamp(`${text}T00:00:00Z`);
  const endMs = startNs === undefined ? Number.POSITIVE_INFINITY : Number(startNs / 1_000_000n) + 86_400_000;
  if (endMs <= Date.now()) return endMs;
  throw new InvalidArgumentError("expected a day that is over, such as 2026-01-11.");
}
