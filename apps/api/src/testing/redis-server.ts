import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRedisServer, startLocalRedis } from "@betrace/local-redis";
import { Redis } from "ioredis";

/** A real redis-server, and a connection of its administrator. */
export interface TestRedisServer {
  readonly url: string;
  readonly admin: Redis;
  close(): Promise<void>;
}

/** Whether a redis-server is on the PATH: the embedded Redis has no users, replicas or limits to run into. */
export function hasRedisServer(): boolean {
  return process.env.BETRACE_TEST_REDIS !== "embedded" && findRedisServer(process.env.PATH ?? "") !== undefined;
}

/** Starts one on a free port, with further arguments and a folder of its own. */
export async function startTestRedisServer(more: readonly string[] = []): Promise<TestRedisServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "betrace-redis-"));
  const redis = await startLocalRedis({ path: process.env.PATH ?? "", kind: "server", dataDir, arguments: more });
  const admin = new Redis(redis.url, { maxRetriesPerRequest: null });
  return {
    url: redis.url,
    admin,
    async close() {
      admin.disconnect();
      await redis.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
