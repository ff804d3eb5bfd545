import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** An app of this project as a process of its own, as it is shipped. */
export interface Service {
  /** Where it listens; of a worker, its port for metrics. */
  readonly url: string;
  /** A number from its own metrics; undefined where there is none of that name. */
  metric(name: string): Promise<number | undefined>;
  /** The most memory that it has had resident so far; undefined where there is no /proc. */
  peakResidentBytes(): number | undefined;
  stop(): Promise<void>;
}

/** Starts `apps/<name>` on a free port of 127.0.0.1 with nothing in its environment but PATH and `env`; resolves when it is ready. */
export async function spawnService(
  name: "api" | "worker",
  env: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): Promise<Service> {
  const file = fileURLToPath(new URL(`../../apps/${name}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions, "--import", "tsx", file], {
    env: { PATH: process.env.PATH, PORT: "0", WORKER_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const endWithParent = () => void child.kill("SIGKILL");
  process.once("exit", endWithParent);
  const gone = once(child, "exit").then(() => process.removeListener("exit", endWithParent));
  const url = await new Promise<string>((resolve, reject) => {
    void gone.then(() => reject(new Error(`the ${name} ended before it was ready`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { message, url: listens, port } = JSON.parse(line) as { message?: string; url?: string; port?: number };
      if (message === "api listens" && listens !== undefined) resolve(listens);
      if (message === "worker runs") resolve(`http://127.0.0.1:${port}`);
    });
  });
  return {
    url,
    async metric(wanted) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const found = new RegExp(`^${wanted} ([\\d.e+]+)$`, "m").exec(text)?.[1];
      return found === undefined ? undefined : Number(found);
    },
    peakResidentBytes() {
      if (!existsSync("/proc/self/status")) return undefined;
      const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      return peak === undefined ? undefined : Number(peak) * 1_024;
    },
    async stop() {
      child.kill("SIGTERM");
      await gone;
    },
  };
}
