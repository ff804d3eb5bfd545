import type { LedgerContext } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";

/** `refused`: cancelled or being cancelled. `nothing`: no shard of it has failed. */
export type Retried = "reopened" | "refused" | "nothing" | "unknown";

const RETRY_FAILED = script(`${PRELUDE}
local state = field('state')
if state == '' then return { 'unknown', '0' } end
if state == 'cancelled' or field('cancel') == '1' then return { 'refused', '0' } end
local reopened, windows = 0, {}
for _, member in ipairs(redis.call('ZRANGE', base .. ':order', '0', '-1')) do
  local id = string.sub(member, 22)
  local shard = load(id)
  if shard.state == 'failed' then
    windows[shard.from .. ' ' .. shard.to] = true
    shard.state, shard.failures, shard.crashes, shard.reason, shard.finished = 'open', 0, 0, nil, nil
    save(id, shard)
    redis.call('SADD', openKey, id)
    reopened = reopened + 1
  end
end
if reopened == 0 then return { 'nothing', '0' } end
local kept = 0
for n = 1, tonumber(field('max_incomplete')) do
  local text = field('w:' .. n)
  if text == '' then break end
  redis.call('HDEL', base, 'w:' .. n)
  if not windows[string.sub(text, 1, 41)] then
    kept = kept + 1
    redis.call('HSET', base, 'w:' .. kept, text)
  end
end
add('incomplete', -reopened)
add('shards_failed', -reopened)
if ended(state) then
  redis.call('HDEL', base, 'finished_ms')
  redis.call('HSET', base, 'state', 'running')
  redis.call('SADD', prefix .. 'active', field('id'))
  for _, key in ipairs({ base, shardsKey, openKey, base .. ':order', base .. ':violations' }) do
    redis.call('PERSIST', key)
  end
end
return { 'reopened', tostring(reopened) }
`);

/**
 * Opens the failed shards of a replay again, with fresh attempts; an ended replay runs again, and its totals go on from where they
 * were. Windows that were incomplete inside a shard that is done stay so. Cost: linear in the shards.
 */
export async function retryFailed(
  { redis, keys }: LedgerContext,
  replayId: string,
): Promise<{ readonly outcome: Retried; readonly shards: number }> {
  const [word, shards] = await run(redis, RETRY_FAILED, [keys.replay(replayId), keys.prefix], []);
  return { outcome: word as Retried, shards: Number(shards) };
}
