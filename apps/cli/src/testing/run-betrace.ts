import { type ChildProcess, spawn } from "node:child_process";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { run } from "../run.js";

/** The command as npm installs it. */
export const BIN = fileURLToPath(new URL("../../bin/betrace.js", import.meta.url));

/** How a run of the command ended. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A run that goes on. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Run>;
  /** Resolves when its stdout or stderr holds this text; rejects if it ends before. */
  said(text: string): Promise<void>;
}

/** Runs `betrace` as a process of its own, without a terminal, with nothing in its environment but PATH and `env`. */
export function startBetrace(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk;
    child.emit("said");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk;
    child.emit("said");
  });
  const ended = new Promise<Run>((resolve) => child.once("close", (code) => resolve({ code, out, err })));
  return {
    child,
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => (out.includes(text) || err.includes(text)) && resolve();
        child.on("said", look);
        look();
        void ended.then((run) => reject(new Error(`ended before it said "${text}": ${JSON.stringify(run)}`)));
      }),
  };
}

/** Runs `betrace` to its end in a process of its own. */
export function betraceProcess(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  return startBetrace(args, env).ended;
}

/** Runs the command line within this process, as a process without a terminal would: a start of node less. */
export async function betrace(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input: string | Uint8Array = "",
): Promise<Run> {
  const [out, err] = [collector(), collector()];
  const endsItself = () => new AbortController().signal;
  const nowNs = () => BigInt(Date.now()) * 1_000_000n;
  const code = await run(args, {
    env,
    in: Readable.from([input]),
    out: out.stream,
    err: err.stream,
    endsItself,
    nowNs,
  });
  return { code, out: out.text(), err: err.text() };
}

function collector() {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  return { stream, text: () => text };
}
