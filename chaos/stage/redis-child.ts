import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

/** A redis-server that may be killed and started again on the same port. */
export interface RedisChild {
  readonly url: string;
  readonly port: number;
  /** SIGKILL, as a lost machine: what was not written to disk is gone. */
  kill(): Promise<void>;
  /** Again, after `kill`; nothing where it runs. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** With a folder it keeps an append-only file there (fsync every second); without one, nothing outlives the process. */
export async function startRedisChild(dataDir: string | undefined): Promise<RedisChild> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const keep =
    dataDir === undefined
      ? ["--appendonly", "no"]
      : ["--dir", dataDir, "--appendonly", "yes", "--appendfsync", "everysec"];
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, "exit");
    ending.kill(signal);
    await gone;
  };
  const endWithParent = () => void child?.kill("SIGKILL");
  const redis: RedisChild = {
    url,
    port,
    kill: () => end("SIGKILL"),
    async start() {
      if (child !== undefined) return;
      const settings = [
        "--bind",
        "127.0.0.1",
        "--port",
        String(port),
        "--save",
        "",
        "--maxmemory-policy",
        "noeviction",
        ...keep,
      ];
      child = spawn("redis-server", settings, { stdio: "ignore" });
      const client = new Redis(url, { retryStrategy: () => 25, maxRetriesPerRequest: null });
      client.on("error", () => {});
      await client.ping();
      client.disconnect();
    },
    close() {
      process.removeListener("exit", endWithParent);
      return end("SIGTERM");
    },
  };
  process.once("exit", endWithParent);
  await redis.start();
  await sleep(0);
  return redis;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
