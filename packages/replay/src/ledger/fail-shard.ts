import type { Hold, LedgerContext } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";

/** What becomes of a shard that failed: it waits for another attempt, or its window is given up as incomplete. */
export type Failed = "retry" | "failed" | "repeated" | "stale" | "unknown";

const FAIL_SHARD = script(`${PRELUDE}
local id, fence, now, maxFailures, retryable, reason = unpack(ARGV)
local shard, word = held(id, fence)
if not shard then return { word } end
shard.failures = shard.failures + 1
if retryable == '1' and shard.failures < tonumber(maxFailures) then
  shard.reason = reason
  reopen(id, shard, now)
  return { 'retry', tostring(shard.failures) }
end
giveUp(id, shard, reason, now)
return { 'failed', tostring(shard.failures) }
`);

/** Says that a shard could not be run. `failures` counts this one too. */
export async function failShard(
  { redis, keys }: LedgerContext,
  hold: Hold,
  failure: { readonly reason: string; readonly retryable: boolean; readonly maxFailures: number },
): Promise<{ readonly outcome: Failed; readonly failures: number }> {
  const [word, failures = "0"] = await run(
    redis,
    FAIL_SHARD,
    [keys.replay(hold.replayId), keys.prefix],
    [hold.shardId, hold.fence, hold.nowMs, failure.maxFailures, failure.retryable ? "1" : "0", failure.reason],
  );
  return { outcome: word as Failed, failures: Number(failures) };
}
