import type { LedgerContext } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";

/**
 * How far the question stands whether Tempo holds what was acknowledged; JSON in the field `read_back` of a replay.
 *
 * | state | means | becomes |
 * |---|---|---|
 * | waiting | the replay has ended, and a look is due or was not conclusive | done, unreadable, waiting |
 * | done | all were found, or those that were not are missing | waiting (the replay was retried and has ended again) |
 * | unreadable | Tempo could not be asked, again and again | waiting (likewise) |
 */
export interface ReadBackRecord {
  readonly state: "waiting" | "done" | "unreadable";
  /** Since the replay ended, or since what was missing was written again. */
  readonly looks: number;
  /** In a row. */
  readonly failures: number;
  /** Spans that were written a second time. */
  readonly rewritten: number;
  /** Where it is done. */
  readonly missing?: number;
  /** Of the last look, Unix milliseconds. */
  readonly at?: number;
  /** Of the last failure. */
  readonly reason?: string;
}

const CLAIM_READ_BACK = script(`${PRELUDE}
local id, due, untilMs = unpack(ARGV)
local waits = redis.call('ZSCORE', prefix .. 'read-back', id)
if not waits or tonumber(waits) > tonumber(due) then return { 'taken' } end
if field('state') == '' then
  redis.call('ZREM', prefix .. 'read-back', id)
  return { 'unknown' }
end
redis.call('ZADD', prefix .. 'read-back', untilMs, id)
return { 'claimed', field('read_back'), field('start_ns') }
`);

/**
 * Takes the question of one replay, if it is due; nobody else asks it before `untilMs`. Undefined if another was
 * faster.
 */
export async function claimReadBack(
  { redis, keys }: LedgerContext,
  replayId: string,
  { dueMs, untilMs }: { readonly dueMs: number; readonly untilMs: number },
): Promise<{ readonly record: ReadBackRecord; readonly startNs: bigint } | undefined> {
  const args = [replayId, dueMs, untilMs];
  const [word, record = "", startNs = "0"] = await run(
    redis,
    CLAIM_READ_BACK,
    [keys.replay(replayId), keys.prefix],
    args,
  );
  if (word !== "claimed") return undefined;
  return { record: JSON.parse(record) as ReadBackRecord, startNs: BigInt(startNs) };
}

const SAVE_READ_BACK = script(`${PRELUDE}
local id, record, waitsFromMs = unpack(ARGV)
if not redis.call('ZSCORE', prefix .. 'read-back', id) then return { 'stale' } end
redis.call('HSET', base, 'read_back', record)
if waitsFromMs == '' then
  redis.call('ZREM', prefix .. 'read-back', id)
else
  redis.call('ZADD', prefix .. 'read-back', waitsFromMs, id)
end
return { 'written' }
`);

/**
 * Writes down what a look came to; `waitsFromMs`: from when the next one waits, undefined for none. Changes nothing where the replay runs
 * again. Two that look at once write the same: what was found is taken off the set of those that are sought, whoever found it.
 */
export async function saveReadBack(
  { redis, keys }: LedgerContext,
  replayId: string,
  record: ReadBackRecord,
  waitsFromMs: number | undefined,
): Promise<void> {
  const args = [replayId, JSON.stringify(record), waitsFromMs ?? ""];
  await run(redis, SAVE_READ_BACK, [keys.replay(replayId), keys.prefix], args);
}
