import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import type { Stage } from "./stage.js";

export const CRASH_POINTS = [
  "before the scan",
  "in the scan",
  "after evaluation",
  "after the acknowledgement",
  "after the commit",
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** What `worker-child.ts` is told. */
export interface ChildSettings {
  readonly redisUrl: string;
  readonly tempoUrl: string;
  readonly otlpUrl: string;
  readonly lockMs: number;
  readonly maxCrashes: number;
  /** Kills itself when it comes to this point for the n-th time, of one shard only where `onlyStartNs` names it. */
  readonly dieAt?: { readonly point: CrashPoint; readonly nth: number; readonly onlyStartNs?: string };
}

/** A worker process. */
export interface WorkerChild {
  /** Milliseconds since the epoch at which it was about to die by its own hand; undefined until then. */
  diedAtMs(): number | undefined;
  readonly ready: Promise<void>;
  /** Resolves with the signal that ended it. */
  readonly gone: Promise<NodeJS.Signals | null>;
  kill(signal: NodeJS.Signals): void;
}

let bundle: string | undefined;

/** One file for all of a run's workers: from some hundred files a process takes 3 s of a processor to start, from one less than 1. */
function bundleChild(): string {
  const folder = mkdtempSync(join(tmpdir(), "betrace-chaos-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, "worker-child.cjs");
  const entry = fileURLToPath(new URL("./worker-child.ts", import.meta.url));
  buildSync({ entryPoints: [entry], bundle: true, platform: "node", format: "cjs", outfile });
  return outfile;
}

export function spawnWorker(
  stage: Stage,
  settings: Omit<ChildSettings, "redisUrl" | "tempoUrl" | "otlpUrl">,
): WorkerChild {
  const all: ChildSettings = {
    redisUrl: stage.redisChild.url,
    tempoUrl: stage.tempo.url,
    otlpUrl: stage.otlp.url,
    ...settings,
  };
  bundle ??= bundleChild();
  const child = spawn(process.execPath, [bundle, JSON.stringify(all)], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  let diedAtMs: number | undefined;
  let onReady = () => {};
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk;
    if (said.includes("ready")) onReady();
    if (said.includes("dying")) diedAtMs ??= Date.now();
  });
  const gone = new Promise<NodeJS.Signals | null>((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  const endWithParent = () => void child.kill("SIGKILL");
  process.once("exit", endWithParent);
  void gone.then(() => process.removeListener("exit", endWithParent));
  stage.atClose(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  return { diedAtMs: () => diedAtMs, ready, gone, kill: (signal) => void child.kill(signal) };
}
