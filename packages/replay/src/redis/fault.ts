/** What a fault means and what helps. `reached`: Redis answered, but did not do what it was asked to. */
interface Meaning {
  readonly reached: boolean;
  readonly words: string;
  readonly todo: string;
  /** When it may be worth trying again, seconds. */
  readonly retryAfterSeconds: number;
}

const refusal = (words: string, todo: string, retryAfterSeconds = 2): Meaning => ({
  reached: true,
  words,
  todo,
  retryAfterSeconds,
});
const outage = (words: string, todo: string): Meaning => ({ reached: false, words, todo, retryAfterSeconds: 2 });

const PASSES = "it passes by itself; if it does not, look at the Redis server";
const NO_CLUSTER =
  "use a Redis that is not a cluster, or a cluster of one shard with REDIS_PREFIX={betrace} (the braces keep all keys in one slot)";
const CHECK_URL = "check REDIS_URL, and that Redis runs and can be reached from here";

/**
 * Every way in which Redis fails, by the word that Redis itself begins its error with, or a word of ours if it gave
 * none. A closed set: the log, `/ready`, the answers of the API and a shard's reason all speak of the same ones.
 */
const MEANINGS = {
  NOPERM: refusal(
    "the user may not do this",
    "give the Redis user the rights listed under “Redis user” in docs/operating.md",
    10,
  ),
  WRONGPASS: refusal(
    "Redis does not know this user with this password, or the user is off",
    "put the right user and password into REDIS_URL",
    10,
  ),
  NOAUTH: refusal("Redis wants a password and was given none", "put user and password into REDIS_URL", 10),
  DENIED: refusal(
    "Redis runs in protected mode and takes no client from another machine",
    "give its user a password, or turn protected mode off",
    10,
  ),
  READONLY: refusal(
    "this Redis is a replica and takes no writes",
    "point REDIS_URL at the primary; after a failover do nothing: BeTrace reconnects until it finds it",
  ),
  MASTERDOWN: refusal(
    "this Redis is a replica that has lost its primary",
    "point REDIS_URL at the primary, or promote a replica",
  ),
  UNBLOCKED: refusal("this Redis has just become a replica", "nothing if a failover is under way"),
  NOREPLICAS: refusal(
    "too few replicas are in step, so the primary takes no writes",
    "bring the replicas back, or lower min-replicas-to-write",
    10,
  ),
  OOM: refusal(
    "Redis has reached its maxmemory and takes no writes",
    "raise maxmemory, or free memory: a shorter REPLAY_RETENTION keeps fewer replays",
    10,
  ),
  MISCONF: refusal(
    "Redis cannot save to its disk and therefore takes no writes",
    "look at the disk and the log of Redis",
    10,
  ),
  LOADING: refusal("Redis is still reading its data from disk", "wait until it has"),
  BUSY: refusal("a script of some client keeps Redis busy", "SCRIPT KILL, or wait until it ends"),
  CROSSSLOT: refusal("Redis runs in cluster mode, and the keys of one step lie in several slots", NO_CLUSTER, 30),
  MOVED: refusal("Redis runs in cluster mode, and the keys lie on another node", NO_CLUSTER, 30),
  ASK: refusal("Redis runs in cluster mode, and the keys are moving to another node", NO_CLUSTER, 30),
  TRYAGAIN: refusal("Redis runs in cluster mode, and the keys are moving to another node", NO_CLUSTER, 10),
  CLUSTERDOWN: refusal("Redis runs in cluster mode, and the cluster cannot serve these keys", NO_CLUSTER, 10),
  MAXCLIENTS: refusal("Redis has as many clients as it takes", "raise maxclients, or end other clients", 10),
  NODB: refusal("Redis has no such database", "correct the number at the end of REDIS_URL", 30),
  NOCOMMAND: refusal(
    "this Redis lacks a command, or had it renamed",
    "use Redis 6.2 or newer, or Valkey, with its commands under their own names",
    30,
  ),
  WRONGTYPE: refusal(
    "a key under our prefix holds something that is not ours",
    "give this installation a REDIS_PREFIX of its own",
    30,
  ),
  /** An error that Redis answered and that is none of these. */
  ERR: refusal("Redis answered with an error", "look at the log of Redis", 10),
  REFUSED: outage("nothing listens there", CHECK_URL),
  UNKNOWN_HOST: outage("the name of its host cannot be resolved", CHECK_URL),
  UNREACHABLE: outage("there is no way to its host", CHECK_URL),
  TIMEOUT: outage("it does not answer in time", PASSES),
  CLOSED: outage("the connection was closed", `${CHECK_URL}; a port that wants TLS needs rediss://`),
  TLS: outage("no TLS connection could be made", "check the certificate, and whether that port speaks TLS (rediss://)"),
  NOT_REDIS: outage("what answers there is not Redis", CHECK_URL),
} as const satisfies Readonly<Record<string, Meaning>>;

/** The closed set of Redis's faults. */
export type RedisFaultCode = keyof typeof MEANINGS;

/** What keeps Redis from being used. */
export interface RedisFault extends Meaning {
  readonly code: RedisFaultCode;
  /** What Redis or the system said itself, on one line. */
  readonly said: string;
}

/** A fault by its code; what was said without that code. */
export function redisFaultOf(code: RedisFaultCode, said: string): RedisFault {
  const words = said.startsWith(`${code} `) ? said.slice(code.length + 1) : said;
  return { ...MEANINGS[code], code, said: words.replace(/\s+/g, " ").slice(0, 300) };
}

/** A fault as a sentence: the code, what it means, what Redis said, what to do. */
export function sayRedisFault({ code, words, said, todo }: RedisFault): string {
  return `${code}, ${words} (“${said}”). What to do: ${todo}.`;
}

const SYSTEM: Readonly<Record<string, RedisFaultCode>> = {
  ECONNREFUSED: "REFUSED",
  ENOENT: "REFUSED",
  ENOTFOUND: "UNKNOWN_HOST",
  EAI_AGAIN: "UNKNOWN_HOST",
  EHOSTUNREACH: "UNREACHABLE",
  ENETUNREACH: "UNREACHABLE",
  EADDRNOTAVAIL: "UNREACHABLE",
  ETIMEDOUT: "TIMEOUT",
  ECONNRESET: "CLOSED",
  EPIPE: "CLOSED",
  EPROTO: "TLS",
};

/** Texts that begin with no word of their own. */
const TEXTS: readonly (readonly [RegExp, RedisFaultCode])[] = [
  [/max number of clients/, "MAXCLIENTS"],
  [/DB index is out of range|SELECT is not allowed/, "NODB"],
  [/unknown (?:command|subcommand)|Unknown Redis command called from script/i, "NOCOMMAND"],
  [/ACL failure in script|can't run this command or subcommand|No permissions to access/i, "NOPERM"],
  [/non local key in a cluster|do not hash to the same slot/, "CROSSSLOT"],
  [/invalid password|no password is set/, "WRONGPASS"],
  [/Protocol error|Unknown RESP type/, "NOT_REDIS"],
  [/timed out|Socket timeout|no answer within/i, "TIMEOUT"],
  [/Connection is closed|Stream isn't writeable|max retries per request|connection close/i, "CLOSED"],
  [/certificate|\bTLS\b|\bSSL\b/i, "TLS"],
];

/**
 * What an error of a connection to Redis means; only for what is known to come from one. Never throws.
 * Redis 6 puts an error of a script behind a text of its own: `ERR Error running script (...): @user_script:3:
 * -READONLY ...`.
 */
export function readRedisError(error: unknown): RedisFault {
  // Node tries every address of a name, and says of each why it failed.
  if (error instanceof AggregateError && error.errors.length > 0) return readRedisError(error.errors[0]);
  const message = error instanceof Error ? error.message : String(error);
  const said = message.replace(/\.? script: [0-9a-f]{40}, on @user_script:\d+\.?$/, "");
  const [, word = ""] = /^(?:ERR Error running script .*?: -?)?-?([A-Z]{3,})\b/.exec(message) ?? [];
  if (word !== "ERR" && word in MEANINGS) return redisFaultOf(word as RedisFaultCode, said);
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const system =
    typeof code === "string" ? (SYSTEM[code] ?? (/^ERR_(?:SSL|TLS)|CERT/.test(code) ? "TLS" : undefined)) : undefined;
  if (system !== undefined) return redisFaultOf(system, said || String(code));
  const [, found] = TEXTS.find(([text]) => text.test(message)) ?? [];
  return redisFaultOf(found ?? "ERR", said);
}

const known = new WeakMap<Error, RedisFault>();

/** Remembers what an error of a connection, or of a command that it was given, means. */
export function ownRedisError(error: unknown, fault: RedisFault): void {
  if (error instanceof Error && !known.has(error)) known.set(error, fault);
}

/** ioredis's own errors, for those of connections that were not made here. */
const OF_REDIS = /^(?:ReplyError|ParserError|MaxRetriesPerRequestError)$/;
const OF_REDIS_TEXT = /^(?:Stream isn't writeable|Connection is closed|Command timed out)/;
/** They may be caused by the very same system errors, and say what was not reached: it was not Redis. */
const OF_OTHERS = /^(?:TempoError|ViolationWriteError)$/;

/**
 * What is wrong with Redis, if an error is Redis's: one that a connection reported or a command failed with, also as
 * the cause of another. A refused or broken connection as such does not tell whose it was: it counts only if a
 * connection to Redis reported it.
 */
export function redisFault(thrown: unknown): RedisFault | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    if (OF_OTHERS.test(error.name)) return undefined;
    const fault = known.get(error);
    if (fault !== undefined) return fault;
    if (OF_REDIS.test(error.name) || OF_REDIS_TEXT.test(error.message)) return readRedisError(error);
  }
  return undefined;
}
