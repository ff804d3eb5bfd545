import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { Redis } from "ioredis";

const START_TIMEOUT_MS = 10_000;

/**
 * Becomes the server, and leaves behind a reader of descriptor 3 that ends it: the other end of that pipe is ours, and it
 * closes however this process dies. A Redis left alone would hold its port, and its data folder against the next one.
 */
const END_WITH_PARENT = '(read -r _ <&3; kill $$) >/dev/null 2>&1 & exec "$0" "$@" 3<&-';

/** A redis-server or valkey-server that this process started and will end. */
export interface RedisProcess {
  readonly port: number;
  close(): Promise<void>;
}

/** The first redis-server, else valkey-server, in the folders of `path` (a PATH); undefined if there is none. */
export function findRedisServer(path: string): string | undefined {
  for (const name of ["redis-server", "valkey-server"]) {
    for (const folder of path.split(delimiter).filter(Boolean)) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not in this folder: look on.
      }
    }
  }
  return undefined;
}

/**
 * Runs `executable` on 127.0.0.1 and resolves when it answers. With a folder it keeps an append-only file there
 * (fsync every second); without one it writes nothing to disk. The child is ended by {@link RedisProcess.close}, and
 * however else this process ends.
 *
 * @param port TCP port; 0 takes a free one.
 * @param more Further arguments.
 * @param onLost Told how it ended, if it does so before it is told to.
 * @throws Error with the server's last lines when it ends or stays silent for 10 s.
 */
export async function startRedisProcess(
  executable: string,
  port: number,
  dataDir: string | undefined,
  more: readonly string[] = [],
  onLost: (how: string) => void = () => {},
): Promise<RedisProcess> {
  const chosen = port === 0 ? await freePort() : port;
  const settings = ["--bind", "127.0.0.1", "--port", String(chosen), "--maxmemory-policy", "noeviction", ...more];
  if (dataDir === undefined) {
    settings.push("--save", "", "--appendonly", "no");
  } else {
    mkdirSync(dataDir, { recursive: true });
    settings.push("--dir", dataDir, "--appendonly", "yes", "--appendfsync", "everysec");
  }
  // A session of its own: Ctrl-C in the terminal must reach this process only, which ends Redis after its clients.
  const child = spawn("sh", ["-c", END_WITH_PARENT, executable, ...settings], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    detached: true,
  });
  let tail = "";
  const keepTail = (chunk: Buffer): void => {
    tail = (tail + chunk.toString("utf8")).slice(-2_000);
  };
  child.stdout?.on("data", keepTail);
  child.stderr?.on("data", keepTail);

  const lifeline = child.stdio[3];
  child.once("exit", () => lifeline?.destroy());
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    await ended;
  };
  try {
    await answers(child, chosen);
  } catch (cause) {
    await stop();
    throw new Error(`${executable} did not start on 127.0.0.1:${chosen}; it said:\n${tail.trim()}`, { cause });
  }
  child.once("exit", (code, signal) => {
    if (!stopping) onLost(signal ?? `exit code ${code}`);
  });
  return { port: chosen, close: stop };
}

async function answers(child: ChildProcess, port: number): Promise<void> {
  const ended = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`ended with ${code ?? signal}`)));
  });
  ended.catch(() => undefined);
  const client = new Redis({ port, host: "127.0.0.1", retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  const timer = { id: undefined as NodeJS.Timeout | undefined };
  const late = new Promise<never>((_, reject) => {
    timer.id = setTimeout(() => reject(new Error(`no answer in ${START_TIMEOUT_MS} ms`)), START_TIMEOUT_MS);
  });
  try {
    const info = await Promise.race([client.info("server"), ended, late]);
    // Another Redis may hold the port and answer in the place of the child that is about to fail.
    if (!info.includes(`process_id:${child.pid}`)) await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer.id);
    client.disconnect();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("no free port")),
      );
    });
  });
}
