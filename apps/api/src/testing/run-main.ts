import { type ChildProcess, spawn } from "node:child_process";

/** A process entry that runs as its own process. */
export interface RunningMain {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Its first line of JSON with this message; rejects with what it wrote where it ends before. */
  line(message: string): Promise<Readonly<Record<string, unknown>>>;
  /** Its exit code; null if a signal ended it. */
  readonly exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs a TypeScript file with nothing in its environment but PATH and `env`. */
export function runMain(file: string, env: Readonly<Record<string, string>>): RunningMain {
  const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", file], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const lookers = new Set<() => void>();
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk;
    for (const look of lookers) look();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    exited,
    kill: (signal) => void child.kill(signal),
    line: (message) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const lines = stdout.split("\n").slice(0, -1);
          const found = lines.map((text) => JSON.parse(text)).find((line) => line.message === message);
          if (found !== undefined) resolve(found);
        };
        lookers.add(look);
        look();
        exited.then((code) => reject(new Error(`ended with ${code} before "${message}":\n${stdout}${stderr}`)));
      }),
  };
}
