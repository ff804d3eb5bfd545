import { TempoError } from "@betrace/tempo";
import { ViolationWriteError, type ViolationWriter } from "@betrace/violations";
import type { Redis } from "ioredis";
import { DEFAULT_KEY_PREFIX, keysOf } from "./ledger/keys.js";
import type { LedgerContext } from "./ledger/ledger.js";
import { claimReadBack, type ReadBackRecord, saveReadBack } from "./ledger/read-back.js";
import { violationFromJson } from "./ledger/violation-json.js";
import { LIMITS } from "./limits.js";
import type { Log } from "./log.js";
import type { RedisHealth } from "./redis/health.js";
import type { Clock } from "./replay.js";

/** Which of these traces the store holds; the last word on them where `byId`. */
export type FindTraces = (request: {
  readonly traceIds: readonly string[];
  readonly startNs: bigint;
  readonly byId: boolean;
  readonly signal: AbortSignal;
}) => Promise<ReadonlySet<string>>;

/** What {@link startReadBack} needs. */
export interface ReadBackOptions {
  readonly redis: Redis;
  readonly find: FindTraces;
  /** Undefined: what is missing is not written again. */
  readonly writer: ViolationWriter | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of what is Redis's; not given: the log does. */
  readonly health?: RedisHealth;
  readonly keyPrefix?: string;
  /** How long the store gets before each look, milliseconds. Default 30,000: Tempo shows a span some 10 to 30 s after it took it. */
  readonly afterMs?: number;
  /** How often due questions are looked for, milliseconds. Default 5,000. */
  readonly everyMs?: number;
}

export interface ReadBack {
  /** Looks at every replay that is due, now. */
  runOnce(): Promise<void>;
  /** Stops looking; a look under way is left to another worker. */
  close(): Promise<void>;
}

/** A question is another's again after this, should whoever took it be gone: longer than a look should take. */
const CLAIM_MS = 10 * 60_000;
/** Ids asked for, and violations written again, at a time. */
const CHUNK = 1_000;
/** The longest pause after a look that failed. */
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Asks Tempo, when a replay has ended, whether it holds the violations that it acknowledged: spans above its limit of live traces, and those
 * of a trace that is too large, are dropped with 200. What is missing after some looks is written once more, which changes nothing where it was
 * only slow, and looked for again; what is missing then is said in the status. What was found is taken off a set in Redis, so that a look
 * goes on where the last one broke off, in whichever worker. Decision: docs/adr/0007.
 */
export function startReadBack(options: ReadBackOptions): ReadBack {
  const { redis, find, writer, log, clock } = options;
  const ledger: LedgerContext = { redis, keys: keysOf(options.keyPrefix ?? DEFAULT_KEY_PREFIX) };
  const { keys } = ledger;
  const afterMs = options.afterMs ?? LIMITS.readBackAfterMs;
  const closing = new AbortController();
  const { signal } = closing;
  const nowMs = () => Number(clock.nowNs() / 1_000_000n);
  let running: Promise<unknown> = Promise.resolve();

  async function walk(): Promise<void> {
    const dueMs = nowMs() - afterMs;
    for (const replayId of await redis.zrangebyscore(keys.readBack, "-inf", dueMs, "LIMIT", 0, CHUNK)) {
      if (signal.aborted) return;
      const claim = await claimReadBack(ledger, replayId, { dueMs, untilMs: nowMs() + CLAIM_MS });
      if (claim !== undefined) await look(replayId, claim);
    }
  }

  async function look(
    replayId: string,
    { record, startNs }: { readonly record: ReadBackRecord; readonly startNs: bigint },
  ): Promise<void> {
    try {
      const last = record.looks + 1 >= LIMITS.readBackLooks;
      await forEachChunk(replayId, async (traceIds) => {
        const found = await find({ traceIds, startNs, byId: last, signal });
        if (found.size > 0) await redis.srem(keys.written(replayId), ...found);
      });
      const next = { ...withoutReason(record), looks: record.looks + 1, failures: 0, at: nowMs() };
      const missing = await redis.scard(keys.written(replayId));
      if (missing === 0) return await saveReadBack(ledger, replayId, { ...next, state: "done", missing }, undefined);
      if (!last) return await saveReadBack(ledger, replayId, next, nowMs());
      if (record.rewritten === 0) {
        const rewritten = await writeAgain(replayId);
        if (rewritten > 0) {
          log.warn("acknowledged violations are not in Tempo and were written again", { replayId, missing, rewritten });
          return await saveReadBack(ledger, replayId, { ...next, looks: 0, rewritten }, nowMs());
        }
      }
      log.error("acknowledged violations are not in Tempo", { replayId, missing });
      await saveReadBack(ledger, replayId, { ...next, state: "done", missing }, undefined);
    } catch (error) {
      // Another worker may go on at once.
      if (signal.aborted) return await saveReadBack(ledger, replayId, record, nowMs() - afterMs);
      if (!(error instanceof TempoError || error instanceof ViolationWriteError)) throw error;
      await putOff(replayId, record, error.message.replace(/\s+/g, " ").slice(0, 500));
    }
  }

  async function putOff(replayId: string, record: ReadBackRecord, reason: string): Promise<void> {
    const failures = record.failures + 1;
    const failed = { ...record, failures, reason, at: nowMs() };
    log.warn("the violations of a replay could not be read back", { replayId, failures, reason });
    if (failures >= LIMITS.maxReadBackFailures)
      return await saveReadBack(ledger, replayId, { ...failed, state: "unreadable" }, undefined);
    const pauseMs = Math.min(60_000 * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    await saveReadBack(ledger, replayId, failed, nowMs() + pauseMs);
  }

  async function writeAgain(replayId: string): Promise<number> {
    let rewritten = 0;
    if (writer === undefined) return rewritten;
    await forEachChunk(replayId, async (ids) => {
      const kept = await Promise.all(ids.map((id) => redis.hget(keys.violation(id), "json")));
      // Retention, or the limit of a rule, may have taken the record.
      const violations = kept.flatMap((json) => (json ? [violationFromJson(json)] : []));
      await writer.write(violations, signal);
      rewritten += violations.length;
    });
    return rewritten;
  }

  /** What is sought, each id at least once; ids may be taken off meanwhile. */
  async function forEachChunk(replayId: string, take: (ids: readonly string[]) => Promise<void>): Promise<void> {
    let cursor = "0";
    do {
      const [next, ids] = await redis.sscan(keys.written(replayId), cursor, "COUNT", CHUNK);
      signal.throwIfAborted();
      if (ids.length > 0) await take(ids);
      cursor = next;
    } while (cursor !== "0");
  }

  function runOnce(): Promise<void> {
    const next = running.then(walk, walk);
    running = next.catch(() => undefined);
    return next;
  }

  const timer = setInterval(() => {
    runOnce().catch((error: unknown) => {
      if (options.health?.note(error) !== true) log.warn("violations could not be read back", { error: String(error) });
    });
  }, options.everyMs ?? 5_000);

  return {
    runOnce,
    async close() {
      clearInterval(timer);
      closing.abort(new Error("the worker is closing"));
      await running;
    },
  };
}

function withoutReason({ reason: _, ...record }: ReadBackRecord): ReadBackRecord {
  return record;
}
