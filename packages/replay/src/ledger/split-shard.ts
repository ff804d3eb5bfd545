import type { ShardWindow } from "../replay.js";
import { lexicalNs } from "./keys.js";
import type { Hold, LedgerContext, Written } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";

const SPLIT_SHARD = script(`${PRELUDE}
local id, fence, now, middle = unpack(ARGV)
local shard, word = held(id, fence)
if not shard then return { word } end
for suffix, window in pairs({ a = { shard.from, middle }, b = { middle, shard.to } }) do
  save(id .. suffix, {
    state = 'open', fence = 0, claims = 0, crashes = 0, failures = 0, from = window[1], to = window[2],
    ordinal = shard.ordinal,
  })
  redis.call('SADD', openKey, id .. suffix)
  redis.call('ZADD', base .. ':order', '0', window[1] .. ':' .. id .. suffix)
end
redis.call('ZREM', base .. ':order', shard.from .. ':' .. id)
shard.state, shard.finished = 'split', tonumber(now)
save(id, shard)
redis.call('SREM', openKey, id)
add('shards_total', 1)
add('shards_running', -1)
closeIfOver(now)
return { 'written' }
`);

/** Puts two shards, cut at `middleNs`, in the place of one that proved too dense. Their jobs are for the caller to add. */
export async function splitShard(
  { redis, keys }: LedgerContext,
  hold: Hold,
  window: { readonly startNs: bigint; readonly endNs: bigint },
): Promise<{ readonly outcome: Written; readonly children: readonly ShardWindow[] }> {
  const middleNs = (window.startNs + window.endNs) / 2n;
  const [word] = await run(
    redis,
    SPLIT_SHARD,
    [keys.replay(hold.replayId), keys.prefix],
    [hold.shardId, hold.fence, hold.nowMs, lexicalNs(middleNs)],
  );
  const children = [
    { shardId: `${hold.shardId}a`, startNs: window.startNs, endNs: middleNs },
    { shardId: `${hold.shardId}b`, startNs: middleNs, endNs: window.endNs },
  ];
  return { outcome: word as Written, children };
}
