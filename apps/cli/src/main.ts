#!/usr/bin/env node
import { EXIT } from "./exit-codes.js";
import type { Io } from "./io.js";
import { run } from "./run.js";

const SAME_KEYPRESS_MS = 1_000;

const untilStopped = new Promise<void>((resolve) => {
  let askedAt: number | undefined;
  const stop = (): void => {
    // npm hands a Ctrl-C on to its child, which the terminal told already: only a later one is a person losing patience.
    if (askedAt !== undefined && Date.now() - askedAt > SAME_KEYPRESS_MS) process.exit(EXIT.interrupted);
    askedAt ??= Date.now();
    resolve();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
});

const io: Io = {
  env: process.env,
  get in() {
    return process.stdin;
  },
  out: process.stdout,
  err: process.stderr,
  untilStopped,
  nowNs: () => BigInt(Date.now()) * 1_000_000n,
};

// Whoever reads the answer may stop early (`| head`): then there is nobody left to tell.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.usage);
});

process.exitCode = await run(process.argv.slice(2), io);
