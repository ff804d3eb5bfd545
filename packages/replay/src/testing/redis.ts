import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

/** A Redis for tests. */
export interface TestRedis {
  readonly url: string;
  /** `given`: the one REDIS_URL names. `server`: a redis-server of our own. `embedded`: js-redis-server in this process. */
  readonly kind: "given" | "server" | "embedded";
  close(): Promise<void>;
}

/**
 * A Redis on 127.0.0.1 that keeps nothing on disk: the one `REDIS_URL` names, else a `redis-server` from the PATH, else
 * js-redis-server. `BETRACE_TEST_REDIS=server|embedded` demands one of the latter two. Share `REDIS_URL` by key prefix.
 */
export async function startTestRedis(): Promise<TestRedis> {
  const wanted = process.env.BETRACE_TEST_REDIS;
  const given = process.env.REDIS_URL;
  if (wanted === "embedded") return startEmbeddedRedis();
  if (wanted === "server") return startRedisServer();
  if (given !== undefined && given !== "") return { url: given, kind: "given", close: async () => {} };
  return startRedisServer().catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return startEmbeddedRedis();
    throw error;
  });
}

/** A key prefix that no other test uses. */
export function testPrefix(): string {
  return `bt${process.pid.toString(36)}${Math.random().toString(36).slice(2, 10)}:`;
}

/** A `redis-server` of our own on a free port, gone with everything in it on close. Rejects with ENOENT where there is none. */
export async function startRedisServer(): Promise<TestRedis> {
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  await once(child, "spawn");
  const url = `redis://127.0.0.1:${port}`;
  await untilItAnswers(url, child);
  return {
    url,
    kind: "server",
    async close() {
      if (child.exitCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/**
 * js-redis-server in this process. It listens on every interface by itself, so its parts are put together here and its
 * socket is bound to 127.0.0.1; `server` is the `net.Server` inside (js-redis-server 0.3.0, `Resp2Server`).
 */
export async function startEmbeddedRedis(): Promise<TestRedis> {
  const { createRedisCommandExecutor, RedisServerState, Resp2Server } = await import("js-redis-server/core");
  const server = new Resp2Server({
    server: new RedisServerState({ databaseCount: 16 }),
    executor: createRedisCommandExecutor({}),
  });
  const socket: unknown = Reflect.get(server, "server");
  if (!(socket instanceof Server))
    throw new Error("js-redis-server looks different from 0.3.0: cannot bind it to loopback");
  socket.listen(0, "127.0.0.1");
  await once(socket, "listening");
  return { url: `redis://127.0.0.1:${server.getPort()}`, kind: "embedded", close: () => server.close() };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function untilItAnswers(url: string, child: ChildProcess): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on("error", () => {});
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    try {
      await client.connect();
      await client.ping();
      client.disconnect();
      return;
    } catch {
      await sleep(25);
    }
  }
  child.kill("SIGTERM");
  throw new Error("redis-server did not answer");
}
