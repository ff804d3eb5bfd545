import type { LedgerContext } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";

const REMOVE_REPLAY = script(`${PRELUDE}
local id, now = unpack(ARGV)
local due = redis.call('ZSCORE', prefix .. 'replay-expiry', id)
if not due or tonumber(due) > tonumber(now) then return { 'kept' } end
redis.call('ZREM', prefix .. 'replay-expiry', id)
redis.call('ZREM', prefix .. 'read-back', id)
if field('state') == '' then return { 'unknown' } end
-- Not %d: where Lua was built for 32 bits, it cuts milliseconds since 1970.
local member = string.format('%015.0f', tonumber(field('accepted_ms'))) .. ':' .. id
redis.call('ZREM', prefix .. 'replays', member)
for _, rule in ipairs(cjson.decode(field('rules'))) do
  redis.call('ZREM', prefix .. 'rule-replays:' .. rule.ruleId, member)
end
redis.call('UNLINK', unpack(ownKeys()))
return { 'removed' }
`);

/** Removes an ended replay whose retention is over, from every list too. Keeps one that was tried again meanwhile. Its violations have a time of their own. */
export async function removeReplay({ redis, keys }: LedgerContext, replayId: string, nowMs: number): Promise<void> {
  await run(redis, REMOVE_REPLAY, [keys.replay(replayId), keys.prefix], [replayId, nowMs]);
}
