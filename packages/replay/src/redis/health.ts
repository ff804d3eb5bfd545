import type { Redis } from "ioredis";
import { LIMITS } from "../limits.js";
import type { Log } from "../log.js";
import { SHARD_QUEUE_NAME } from "../queue/shard-job.js";
import { faultOfConnection } from "./connection.js";
import { redisFault, type RedisFault, redisFaultOf } from "./fault.js";
import { createOutageLog } from "./outage-log.js";
import { proveWrite } from "./prove-write.js";

/** What {@link watchRedis} needs. */
export interface RedisHealthOptions {
  readonly log: Log;
  /** In front of the ledger's keys, e.g. `betrace:`. */
  readonly keyPrefix: string;
  /** In front of the queue's keys, e.g. `betrace-bull`. */
  readonly queuePrefix: string;
}

/** Whether Redis can be used, as one process sees it. */
export interface RedisHealth {
  /** Adds a connection until it ends: what it reports counts, and a proof is a write over each. */
  watch(redis: Redis): void;
  /** Takes note of whatever was thrown. False: it is not Redis's, and nobody has logged it. */
  note(thrown: unknown): boolean;
  /**
   * Writes over every connection and says what stands in the way, within 1.5 s; however many ask, Redis is asked once a
   * second.
   */
  prove(): Promise<RedisFault | undefined>;
  /**
   * Calls back when Redis can no longer be used, and with undefined when it can: as soon as that is known, and then at
   * each change.
   */
  onChange(listener: (fault: RedisFault | undefined) => void): void;
  /** Resolves when Redis takes writes; rejects with the signal's reason. */
  usable(signal: AbortSignal): Promise<void>;
  /** Ends the watch; connections stay as they are. */
  close(): void;
}

type State = { readonly kind: "unknown" } | { readonly kind: "usable" } | { readonly kind: "fault"; fault: RedisFault };

/** A Redis that refuses again within this time after it was usable is tried ever more rarely. */
const RELAPSE_MS = 60_000;

/**
 * Watches over Redis for one process. While something is wrong it tries to write, at first after half a second and at
 * last every five, so that everything goes on without a restart; the log hears of it in few lines.
 */
export function watchRedis({ log, keyPrefix, queuePrefix }: RedisHealthOptions): RedisHealth {
  const keys = [`${keyPrefix}proof`, `${queuePrefix}:${SHARD_QUEUE_NAME}:proof`] as const;
  const outages = createOutageLog(log, () => performance.now());
  const connections = new Set<Redis>();
  const asked = new Map<Redis, Promise<RedisFault | undefined>>();
  const listeners = new Set<(fault: RedisFault | undefined) => void>();
  let state: State = { kind: "unknown" };
  let latest: { readonly atMs: number; readonly proof: Promise<RedisFault | undefined> } | undefined;
  let usableAtMs = Number.NEGATIVE_INFINITY;
  let relapses = 0;
  let tries = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function become(next: State, tell: RedisFault | undefined): void {
    const changed = state.kind !== next.kind;
    state = next;
    if (changed) for (const listener of [...listeners]) listener(tell);
  }

  function failed(fault: RedisFault): void {
    if (closed) return;
    if (state.kind !== "fault") {
      const relapsed = fault.reached && performance.now() - usableAtMs < RELAPSE_MS;
      relapses = relapsed ? relapses + 1 : 0;
      tries = 0;
    }
    outages.down(fault);
    timer ??= setTimeout(tryAgain, pauseMs());
    become({ kind: "fault", fault }, fault);
  }

  /** Heard from elsewhere than a proof: what the latest one said is no longer true. */
  function heard(fault: RedisFault): void {
    latest = undefined;
    failed(fault);
  }

  function works(): void {
    if (closed) return;
    clearTimeout(timer);
    timer = undefined;
    if (state.kind !== "usable") usableAtMs = performance.now();
    outages.up();
    become({ kind: "usable" }, undefined);
  }

  function pauseMs(): number {
    const longest = relapses === 0 ? LIMITS.redisRetryMs : LIMITS.redisRelapseMs;
    return Math.min(LIMITS.redisFirstRetryMs * 2 ** (relapses + tries), longest);
  }

  function tryAgain(): void {
    timer = undefined;
    tries += 1;
    proveNow();
  }

  function proveNow(): Promise<RedisFault | undefined> {
    latest = { atMs: performance.now(), proof: proveOnAll() };
    return latest.proof;
  }

  async function proveOnAll(): Promise<RedisFault | undefined> {
    const found = await Promise.all([...connections].map(proveOn));
    const fault = found.find((one) => one !== undefined);
    if (fault === undefined) works();
    else failed(fault);
    return fault;
  }

  /** A proof that Redis has not answered yet is waited for again, not repeated: else they would queue up. */
  function proveOn(redis: Redis): Promise<RedisFault | undefined> {
    const proof = asked.get(redis) ?? proveWrite(redis, keys).finally(() => asked.delete(redis));
    asked.set(redis, proof);
    return inTime(proof);
  }

  return {
    watch(redis) {
      connections.add(redis);
      if (redis.status === "ready") void proveNow();
      redis.on("error", (error: Error) => {
        const fault = redisFault(error);
        if (fault !== undefined) heard(fault);
      });
      redis.on("reconnecting", () => {
        const fault = faultOfConnection(redis);
        if (fault !== undefined) heard(fault);
      });
      redis.on("ready", () => {
        // It is there, and need not wait for the next try; unless it comes and goes.
        if (state.kind !== "usable" && relapses === 0) void proveNow();
      });
      redis.on("end", () => connections.delete(redis));
    },
    note(thrown) {
      const fault = redisFault(thrown);
      if (fault !== undefined) heard(fault);
      return fault !== undefined;
    },
    prove() {
      const fresh = latest !== undefined && performance.now() - latest.atMs < LIMITS.redisProofFreshMs;
      return fresh && latest !== undefined ? latest.proof : proveNow();
    },
    onChange(listener) {
      listeners.add(listener);
      if (state.kind !== "unknown") listener(state.kind === "fault" ? state.fault : undefined);
    },
    usable(signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (state.kind === "usable") return resolve();
        const listener = (fault: RedisFault | undefined) => fault === undefined && end(resolve);
        const onAbort = () => end(() => reject(signal.reason));
        const end = (then: () => void) => {
          listeners.delete(listener);
          signal.removeEventListener("abort", onAbort);
          then();
        };
        listeners.add(listener);
        signal.addEventListener("abort", onAbort, { once: true });
      });
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

const NO_ANSWER = redisFaultOf("TIMEOUT", `no answer within ${LIMITS.redisProofMs} ms`);

async function inTime(proof: Promise<RedisFault | undefined>): Promise<RedisFault | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<RedisFault>((resolve) => {
    timer = setTimeout(() => resolve(NO_ANSWER), LIMITS.redisProofMs);
  });
  return Promise.race([proof, late]).finally(() => clearTimeout(timer));
}
