import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** One answer: when it was asked for, Unix milliseconds, and how long it took. */
export interface Timed {
  readonly askedAtMs: number;
  readonly ms: number;
  /** How much later than it should have the asking process asked, which does nothing else: so busy was the machine. */
  readonly lateMs: number;
}

/** How long answers took, open loop: a slow answer does not delay the next question. */
export interface Measured {
  readonly answers: readonly Timed[];
  /** How often each status, or error, came. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** The time within which such a part of the answers came, milliseconds; 0 of none. */
export function quantileOf(answers: readonly Timed[], part: number): number {
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** Begins to ask for a URL at a steady pace, from another process; gives how to stop and hear what came of it. */
export async function measureLatency(url: string, everyMs: number): Promise<() => Promise<Measured>> {
  const file = fileURLToPath(new URL("./latency-child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", file, url, String(everyMs)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const endWithParent = () => void child.kill("SIGKILL");
  process.once("exit", endWithParent);
  child.once("exit", () => process.removeListener("exit", endWithParent));
  await once(child, "message");
  return async () => {
    const answered = once(child, "message");
    child.send("stop");
    const [measured] = (await answered) as [Measured];
    await once(child, "exit");
    return measured;
  };
}
