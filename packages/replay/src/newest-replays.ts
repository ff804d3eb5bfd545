import type { LedgerContext } from "./ledger/ledger.js";
import { answersOf } from "./pipeline.js";
import type { ReplayStatus } from "./replay.js";
import { statusOf } from "./status.js";

/** The newest replay that is kept of each rule. Two round trips, however many rules. */
export async function newestOfRules(
  { redis, keys }: LedgerContext,
  ruleIds: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, ReplayStatus>> {
  const newest = redis.pipeline();
  for (const ruleId of ruleIds) newest.zrevrangebylex(keys.ruleReplays(ruleId), "+", "-", "LIMIT", 0, 1);
  const members = await answersOf<string[]>(newest);
  const replayed = ruleIds.flatMap((ruleId, index) => {
    const member = members[index]?.[0];
    return member === undefined ? [] : [{ ruleId, replayId: member.slice(member.indexOf(":") + 1) }];
  });
  const reads = redis.pipeline();
  for (const { replayId } of replayed) reads.hgetall(keys.replay(replayId));
  const hashes = await answersOf<Record<string, string>>(reads);
  const found = new Map<string, ReplayStatus>();
  for (const [index, { ruleId }] of replayed.entries()) {
    const fields = hashes[index];
    // Retention may have taken the replay between the two reads.
    if (fields?.state !== undefined) found.set(ruleId, statusOf(fields, nowMs));
  }
  return found;
}
