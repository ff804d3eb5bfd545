import { lexicalMs } from "./ledger/keys.js";
import type { LedgerContext } from "./ledger/ledger.js";
import { LIMITS } from "./limits.js";

/** Members removed in one go, so that Redis is never held up. */
const CHUNK = 500;

/**
 * Removes what outlived its time. A finished replay's own keys expire by themselves (`retention_ms`, set when it ends); here go
 * its entries in the lists, and the oldest violations of all beyond {@link LIMITS.maxStoredViolationsPerRule} for each rule.
 */
export async function trimRetained({ redis, keys }: LedgerContext, nowMs: number): Promise<void> {
  // The shortest retention is not known here; what is listed and gone is skipped by the lists, so a generous bound does.
  const oldest = lexicalMs(Math.max(0, nowMs - LIMITS.retentionMs - LIMITS.idempotencyMs));
  const gone = await redis.zrangebylex(keys.replays, "-", `(${oldest}`, "LIMIT", 0, CHUNK);
  for (const member of gone) {
    const id = member.slice(member.indexOf(":") + 1);
    if ((await redis.exists(keys.replay(id))) === 0) await redis.zrem(keys.replays, member);
  }
  const first = await redis.zrange(keys.violations, "0", "0");
  const firstId = first[0]?.slice(first[0].indexOf(":") + 1);
  if (firstId === undefined) return;
  const rule = await redis.hget(keys.violation(firstId), "rule");
  if (rule === null) return;
  const excess = (await redis.zcard(keys.ruleViolations(rule))) - LIMITS.maxStoredViolationsPerRule;
  if (excess <= 0) return;
  const members = await redis.zrange(keys.ruleViolations(rule), "0", String(Math.min(excess, CHUNK) - 1));
  const ids = members.map((member) => member.slice(member.indexOf(":") + 1));
  await redis.zrem(keys.violations, ...members);
  await redis.zrem(keys.ruleViolations(rule), ...members);
  await redis.del(...ids.map((id) => keys.violation(id)));
}
