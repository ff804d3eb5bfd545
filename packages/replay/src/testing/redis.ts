import { startLocalRedis } from "@betrace/local-redis";

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
  const { REDIS_URL: given, BETRACE_TEST_REDIS: wanted, PATH: path = "" } = process.env;
  const kind = wanted === "server" || wanted === "embedded" ? wanted : undefined;
  if (kind === undefined && given) return { url: given, kind: "given", close: async () => {} };
  const redis = await startLocalRedis({ path, ...(kind === undefined ? {} : { kind }) });
  return { url: redis.url, kind: redis.origin === "embedded" ? "embedded" : "server", close: () => redis.close() };
}

/** A key prefix that no other test uses. */
export function testPrefix(): string {
  return `bt${process.pid.toString(36)}${Math.random().toString(36).slice(2, 10)}:`;
}
