import { Redis, type RedisOptions } from "ioredis";
import { LIMITS } from "../limits.js";

/** Where a queue or a worker connects: each makes its own connections from it. */
export interface QueueConnection {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  readonly options?: ConnectionOptions;
}

export type ConnectionOptions = Omit<RedisOptions, "replyMapping">;

/**
 * A connection with these defaults, which the given options may change. One that a firewall forgot is noticed by Redis's silence: TCP
 * itself would take a quarter of an hour.
 */
export function connect({ url, options }: QueueConnection, defaults: ConnectionOptions): Redis {
  return new EndingRedis(url, { socketTimeout: LIMITS.redisSilenceMs, ...defaults, ...options });
}

/**
 * A connection that ends when it is told to, also while it waits to try again. ioredis 6.0.0 then stops trying, and neither says `end`
 * nor fails the commands that wait (redis/ioredis#1247): a BullMQ worker that is closed in that moment waits for its blocking command for ever.
 */
class EndingRedis extends Redis {
  override disconnect(reconnect = false): void {
    // From `wait`, the state before a first attempt, ioredis ends at once and fails what waits.
    if (this.status === "reconnecting" && !reconnect) this.status = "wait";
    super.disconnect(reconnect);
  }

  /** BullMQ makes the connection that it blocks on from the one it is given. */
  override duplicate(more: ConnectionOptions = {}): Redis {
    const { replyMapping: _, ...own } = this.options;
    return new EndingRedis({ ...own, ...more });
  }
}
