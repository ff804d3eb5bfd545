import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { SEED } from "./corpora.js";

/** What a figure means nothing without. */
export interface Machine {
  /** RFC 3339. */
  readonly at: string;
  readonly cpus: number;
  readonly cpu: string;
  readonly memoryMiB: number;
  /** Over the last minute, before the bench: a busy machine measures its other work. */
  readonly loadAverage: string;
  readonly node: string;
  readonly tempo: string;
  readonly commit: string;
  readonly seed: number;
}

export async function describeMachine(tempoUrl: string): Promise<Machine> {
  const answer = await fetch(`${tempoUrl}/api/status/buildinfo`);
  if (!answer.ok) throw new Error(`expected a Tempo at ${tempoUrl}, found status ${answer.status}`);
  const { version } = (await answer.json()) as { version?: string };
  return {
    at: new Date().toISOString(),
    cpus: cpus().length,
    cpu: cpus()[0]?.model ?? "unknown CPU",
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    loadAverage: (loadavg()[0] ?? 0).toFixed(1),
    node: process.version,
    tempo: version ?? "of unknown version",
    commit: commit(),
    seed: SEED,
  };
}

function commit(): string {
  try {
    const cwd = fileURLToPath(new URL(".", import.meta.url));
    return execFileSync("git", ["describe", "--always", "--dirty"], { cwd, encoding: "utf8" }).trim();
  } catch {
    return "without git";
  }
}
