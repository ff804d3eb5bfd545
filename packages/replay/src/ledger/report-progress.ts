import type { Hold, LedgerContext, Written } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";

const REPORT_PROGRESS = script(`${PRELUDE}
local id, fence, now, traces = unpack(ARGV)
local shard, word = held(id, fence)
if not shard then return { word } end
redis.call('HSET', base, 'live:' .. id, now .. ' ' .. traces)
return { 'written' }
`);

/**
 * Says how many traces a running shard has decided so far. A gauge: it is in no total, is gone with the step that ends the run,
 * and counts as nothing once it is a minute old.
 */
export async function reportProgress({ redis, keys }: LedgerContext, hold: Hold, traces: number): Promise<Written> {
  const args = [hold.shardId, hold.fence, hold.nowMs, traces];
  const [word] = await run(redis, REPORT_PROGRESS, [keys.replay(hold.replayId), keys.prefix], args);
  return word as Written;
}
