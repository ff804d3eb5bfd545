import { connectRedis, type ConnectionOptions } from "@betrace/replay";
import type { Redis } from "ioredis";

/** How long the first connection is waited for before the API listens without it. */
const FIRST_CONNECTION_MS = 2_000;

/**
 * Redis as an API needs it: a command that cannot be sent now fails now, one that is not answered fails after the
 * given time, and the connection comes back by itself.
 */
export function impatientRedisOptions(commandTimeoutMs: number) {
  return {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
    // A connection on which nothing comes back is made again; else every call would fail until TCP gives up, a quarter
    // of an hour later.
    socketTimeout: 2 * commandTimeoutMs,
    connectTimeout: 2_000,
    retryStrategy: (attempt: number) => Math.min(attempt * 50, 1_000),
  } satisfies ConnectionOptions;
}

/** Connects; resolves when Redis answers or after two seconds without it. */
export async function firstConnection(url: string, options: ConnectionOptions): Promise<Redis> {
  const redis = connectRedis({ url, options });
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, FIRST_CONNECTION_MS);
    redis.once("ready", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return redis;
}
