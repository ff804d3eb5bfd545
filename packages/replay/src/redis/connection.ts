import { type Command, Redis, type RedisOptions } from "ioredis";
import { LIMITS } from "../limits.js";
import { ownRedisError, readRedisError, type RedisFault, redisFaultOf } from "./fault.js";

/** Where a queue or a worker connects: each makes its own connections from it. */
export interface QueueConnection {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  readonly options?: ConnectionOptions;
}

export type ConnectionOptions = Omit<RedisOptions, "replyMapping">;

/**
 * A connection with these defaults, which the given options may change. One that a firewall forgot is noticed by
 * Redis's silence: TCP itself would take a quarter of an hour. After a failover it is made again, and what its commands
 * fail with can be read by `redisFault`.
 */
export function connect({ url, options }: QueueConnection, defaults: ConnectionOptions = {}): Redis {
  // CLIENT SETINFO came with Redis 7.2: the rights of an older one could not name it.
  return new Connection(url, {
    socketTimeout: LIMITS.redisSilenceMs,
    disableClientInfo: true,
    ...defaults,
    ...options,
  });
}

/** What keeps a connection from being ready; undefined while it is, and before its first attempt has ended. */
export function faultOfConnection(redis: Redis): RedisFault | undefined {
  return redis instanceof Connection ? redis.fault : undefined;
}

/** A replica stays one for a while: a new connection is not made more often than this. */
const RECONNECT_EVERY_MS = 5_000;

/** Stands for the answer of a Redis that does not give one: the oldest version that is supported. */
const OLDEST_INFO = "redis_version:6.2.0\r\n";

/** What an error begins with on the wire: `-`. */
const ERROR_REPLY = 0x2d;

class Connection extends Redis {
  fault: RedisFault | undefined;

  constructor(...args: readonly [url: string, options: ConnectionOptions] | readonly [options: ConnectionOptions]) {
    super(...(args as [ConnectionOptions]));
    // What a server says to a client that it turns away, before that client has asked for anything.
    let greeting: RedisFault | undefined;
    let isKnown = false;
    this.on("connecting", () => {
      greeting = undefined;
      isKnown = false;
    });
    this.on("connect", () => {
      this.stream.once("data", (chunk: Buffer) => {
        if (chunk[0] === ERROR_REPLY) greeting = readRedisError(chunk.toString("utf8", 1).split("\r\n", 1)[0]);
      });
    });
    this.on("error", (error: Error) => {
      isKnown = true;
      this.fault = ofConnection(readRedisError(error), greeting, this.options.tls !== undefined);
      ownRedisError(error, this.fault);
      // ioredis would go on with database 0.
      if (commandOf(error) === "select") this.disconnect(true);
    });
    this.on("close", () => {
      if (!isKnown) this.fault = greeting ?? redisFaultOf("CLOSED", "closed without a word");
    });
    this.on("ready", () => {
      this.fault = undefined;
    });
    let reconnectedAt = Number.NEGATIVE_INFINITY;
    // The name of the primary leads to another server after a failover; the connection to the old one would stay for
    // ever.
    this.options.reconnectOnError = (error) => {
      const fault = readRedisError(error);
      if (fault.code !== "READONLY" || performance.now() - reconnectedAt < RECONNECT_EVERY_MS) return false;
      reconnectedAt = performance.now();
      isKnown = true;
      this.fault = fault;
      // 2: the command waits for the new connection. Where nothing may wait it fails with what Redis said.
      return this.options.enableOfflineQueue === false ? 1 : 2;
    };
  }

  override sendCommand(command: Command, stream?: Parameters<Redis["sendCommand"]>[1]): unknown {
    if (command.name === "info") this.answerInfo(command);
    if (command.name === "hello" || command.name === "auth") answerLogin(command);
    const sent = super.sendCommand(command, stream);
    command.promise.catch((error: unknown) => {
      const fault = readRedisError(error);
      // That there is no connection is not yet why.
      ownRedisError(error, fault.code === "CLOSED" ? (this.fault ?? fault) : fault);
    });
    return sent;
  }

  /**
   * INFO is asked by BullMQ, once, for the version, and a failure would fail everything that it is asked for ever
   * after; and by ioredis before a connection is ready, for whether Redis still loads its data. A user who may not ask
   * it goes on without.
   */
  private answerInfo(command: Command): void {
    const isReadyCheck = this.status === "connect";
    const { reject } = command;
    command.promise.then(
      (info: unknown) => {
        const [isLoading] = /^loading:1\b/m.exec(String(info)) ?? [];
        if (isReadyCheck && isLoading) this.fault = redisFaultOf("LOADING", "loading:1");
      },
      () => undefined,
    );
    command.reject = (error: Error) => {
      if (isReadyCheck && readRedisError(error).code !== "NOPERM") reject(error);
      else command.resolve(Buffer.from(OLDEST_INFO));
    };
  }

  /**
   * A connection that ends when it is told to, also while it waits to try again. ioredis 6.0.0 then stops trying, and
   * neither says `end` nor fails the commands that wait (redis/ioredis#1247): a BullMQ worker that is closed in that
   * moment waits for its blocking command for ever.
   */
  override disconnect(reconnect = false): void {
    // From `wait`, the state before a first attempt, ioredis ends at once and fails what waits.
    if (this.status === "reconnecting" && !reconnect) this.status = "wait";
    super.disconnect(reconnect);
  }

  /** BullMQ makes the connection that it blocks on from the one it is given. */
  override duplicate(more: ConnectionOptions = {}): Redis {
    const { replyMapping: _, ...own } = this.options;
    return new Connection({ ...own, ...more });
  }
}

/** A connection's fault: what the server said itself explains it better than how it broke. */
function ofConnection(fault: RedisFault, greeting: RedisFault | undefined, isTls: boolean): RedisFault {
  if (fault.code === "CLOSED" && greeting !== undefined) return greeting;
  // A server that speaks no TLS waits for more.
  if (fault.code === "TIMEOUT" && isTls) return redisFaultOf("TLS", fault.said);
  // An answer that is none of Redis's own, to what a connection begins with: whatever it is, nothing can be asked of
  // it.
  return fault.code === "ERR" ? { ...fault, reached: false } : fault;
}

/** The command that an answer of Redis refused. */
function commandOf(error: Error): unknown {
  const command: unknown = Reflect.get(error, "command");
  return typeof command === "object" && command !== null ? Reflect.get(command, "name") : undefined;
}

/**
 * Two refusals of a login that ioredis cannot tell apart: both speak of a password that is not set. It prints a warning
 * to stderr and goes on with either. Protected mode then closes the connection. A Redis that asks for no password
 * works: that answer counts as a login.
 */
function answerLogin(command: Command): void {
  const { reject } = command;
  command.reject = (error: Error) => {
    if (readRedisError(error).code === "DENIED") {
      reject(new Error("DENIED Redis is running in protected mode", { cause: error }));
    } else if (NEEDLESS_PASSWORD.test(error.message)) command.resolve("OK");
    else reject(error);
  };
}

const NEEDLESS_PASSWORD = /called without any password configured|no password is set/;
