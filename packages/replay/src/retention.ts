import type { LedgerContext } from "./ledger/ledger.js";
import { removeReplay } from "./ledger/remove-replay.js";
import { answersOf } from "./pipeline.js";

/** Members removed in one go, so that Redis is never held up... */
const CHUNK = 500;
/** ...and so often at most in one walk; the next one goes on. */
const CHUNKS_PER_WALK = 20;

/** Removes what outlived its time: replays that ended longer ago than their retention, and violations that no replay has found for as long. */
export async function trimRetained(ledger: LedgerContext, nowMs: number): Promise<void> {
  const { redis, keys } = ledger;
  const due = await redis.zrangebyscore(keys.replayExpiry, "-inf", nowMs, "LIMIT", 0, CHUNK);
  for (const replayId of due) await removeReplay(ledger, replayId, nowMs);
  for (let chunk = 0; chunk < CHUNKS_PER_WALK; chunk++) {
    const ids = await redis.zrangebyscore(keys.violationExpiry, "-inf", nowMs, "LIMIT", 0, CHUNK);
    await removeViolations(ledger, ids);
    if (ids.length < CHUNK) break;
  }
}

async function removeViolations({ redis, keys }: LedgerContext, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const kept = await Promise.all(ids.map((id) => redis.hmget(keys.violation(id), "at", "rule")));
  const removal = redis.pipeline();
  for (const [index, id] of ids.entries()) {
    const [at, rule] = kept[index] ?? [];
    if (at && rule) removal.zrem(keys.violations, `${at}:${id}`).zrem(keys.ruleViolations(rule), `${at}:${id}`);
    removal.unlink(keys.violation(id)).zrem(keys.violationExpiry, id);
  }
  await answersOf(removal);
}
