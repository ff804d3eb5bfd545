import type { Hold, LedgerContext, Written } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";

const RELEASE_SHARD = script(`${PRELUDE}
local id, fence, now = unpack(ARGV)
local shard, word = held(id, fence)
if not shard then return { word } end
reopen(id, shard, now)
return { 'written' }
`);

/** Hands a shard back unfinished, at no cost to its attempts: the worker shuts down, or the replay was cancelled. */
export async function releaseShard({ redis, keys }: LedgerContext, hold: Hold): Promise<Written> {
  const [word] = await run(
    redis,
    RELEASE_SHARD,
    [keys.replay(hold.replayId), keys.prefix],
    [hold.shardId, hold.fence, hold.nowMs],
  );
  return word as Written;
}
