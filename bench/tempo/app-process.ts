import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const START_MS = 60_000;
const SAMPLE_MS = 50;

/** What a bench that fails must not leave behind. */
const running = new Set<ChildProcess>();

function killRunning(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** A program of this repository as a process of its own. */
export interface AppProcess {
  /** The line it said when it was ready, parsed. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** The most resident memory since the last call, MiB; looked at every 50 ms. */
  takePeakMiB(): number;
  /** SIGTERM, then waits for its end. */
  close(): Promise<void>;
}

/** Starts a program of this repository, given from its root, and waits until it logs `readyMessage`. Throws with its last words where it ends before. */
export async function startApp(
  app: string,
  env: Readonly<Record<string, string>>,
  readyMessage: string,
  nodeOptions: readonly string[] = [],
): Promise<AppProcess> {
  const child = spawn(process.execPath, [...nodeOptions, "--import", "tsx", app], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (running.size === 0) process.once("exit", killRunning);
  running.add(child);
  const ready = await readyLine(child, app, readyMessage);
  let peakKiB = 0;
  const timer = setInterval(() => {
    peakKiB = Math.max(peakKiB, residentKiB(child.pid));
  }, SAMPLE_MS);
  return {
    ready,
    takePeakMiB() {
      const peak = Math.max(peakKiB, residentKiB(child.pid)) / 1_024;
      peakKiB = 0;
      return peak;
    },
    async close() {
      clearInterval(timer);
      running.delete(child);
      if (running.size === 0) process.off("exit", killRunning);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function readyLine(child: ChildProcess, app: string, message: string): Promise<Record<string, unknown>> {
  let output = "";
  const found = new Promise<Record<string, unknown>>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${app} is not ready after ${START_MS} ms: ${output}`)), START_MS);
    const read = (chunk: Buffer): void => {
      if (!timer.hasRef()) return;
      output += chunk.toString();
      const line = output.split("\n").find((one) => one.includes(`"${message}"`) && one.endsWith("}"));
      if (line === undefined) return;
      clearTimeout(timer);
      timer.unref();
      resolve(JSON.parse(line) as Record<string, unknown>);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`${app} ended with ${code}: ${output.slice(-2_000)}`));
    });
  });
  return found;
}

/** From Linux's /proc; 0 where there is none, or the process has ended. */
function residentKiB(pid: number | undefined): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
