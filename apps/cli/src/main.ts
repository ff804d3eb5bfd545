#!/usr/bin/env node
import { CommandError, EXIT, type ExitCode } from "./exit-codes.js";
import type { Io } from "./io.js";
import { run } from "./run.js";

/**
 * npm hands a signal on to its child, which the terminal told already: only a later one is a person losing patience.
 */
const SAME_SIGNAL_MS = 500;
const STOPPED: Readonly<Record<string, { readonly code: ExitCode; readonly word: string }>> = {
  SIGINT: { code: EXIT.interrupted, word: "interrupted" },
  SIGTERM: { code: EXIT.terminated, word: "terminated" },
};

const stopped = new AbortController();
/** 0: the command holds nothing that it would have to end itself. */
let endsItselfWithinMs = 0;
let asked: { readonly signal: string; readonly atMs: number } | undefined;

function stop(signal: string): void {
  const { code, word } = STOPPED[signal] ?? { code: EXIT.terminated, word: signal };
  const end = (why: string): never => {
    process.stderr.write(`betrace: ${why}\n`);
    // `exit` waits for files and names that are being read, and of a pipe to which nobody writes that never ends. The
    // signal's own way of ending a process waits for nothing, and a shell sees the same code.
    if (process.getActiveResourcesInfo().some((name) => /^(FSReq|GetAddrInfo)/.test(name))) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
    process.exit(code);
  };
  if (asked !== undefined) {
    if (signal !== asked.signal || performance.now() - asked.atMs > SAME_SIGNAL_MS) end(`${word} at once`);
    return;
  }
  asked = { signal, atMs: performance.now() };
  if (endsItselfWithinMs === 0) end(word);
  setTimeout(() => end(`${word}; not everything had ended ${endsItselfWithinMs / 1_000} s later`), endsItselfWithinMs);
  stopped.abort(new CommandError(code, word));
}
for (const signal of Object.keys(STOPPED)) process.on(signal, stop);

const io: Io = {
  env: process.env,
  get in() {
    return process.stdin;
  },
  out: process.stdout,
  err: process.stderr,
  nowNs: () => BigInt(Date.now()) * 1_000_000n,
  endsItself(withinMs) {
    endsItselfWithinMs = withinMs;
    return stopped.signal;
  },
};

/**
 * What stopped the answer from being written; whoever reads it may stop early (`| head`), and the command ends as it
 * would have.
 */
let unwritten: Error | undefined;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") unwritten ??= error;
});
process.stderr.on("error", () => undefined);

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

const code = await run(process.argv.slice(2), io);
await written(process.stdout);
if (unwritten !== undefined) process.stderr.write(`betrace: the answer could not be written: ${unwritten.message}\n`);
await written(process.stderr);
// What still waits for an answer, e.g. a pipe that nobody writes to, must not keep the process.
process.exit(code === EXIT.done && unwritten !== undefined ? EXIT.usage : code);
