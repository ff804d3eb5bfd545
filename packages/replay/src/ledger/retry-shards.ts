import type { LedgerContext } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { fieldsIn, run, script } from "./script.js";

export type Retried =
  /** With the replay as this step left it. */
  | { readonly kind: "reopened"; readonly fields: Readonly<Record<string, string>> }
  /** It has ended, and so many others have not that it may not run again now. */
  | { readonly kind: "full"; readonly open: number }
  /** `refused`: cancelled or being cancelled. `nothing`: every shard that has ended was read in full. */
  | { readonly kind: "refused" | "nothing" | "unknown" };

const RETRY_SHARDS = script(`${PRELUDE}
local now, maxOpen = unpack(ARGV)
local state = field('state')
if state == '' then return { 'unknown' } end
if state == 'cancelled' or field('cancel') == '1' then return { 'refused' } end
local openReplays = redis.call('SCARD', prefix .. 'active')
local incomplete = tonumber(field('incomplete')) or 0
if ended(state) and incomplete > 0 and openReplays >= tonumber(maxOpen) then return { 'full', tostring(openReplays) } end
local reopened, done, failed = 0, 0, 0
for _, member in ipairs(redis.call('ZRANGE', base .. ':order', '0', '-1')) do
  local id = string.sub(member, 22)
  local shard = load(id)
  if shard.state == 'failed' or (shard.state == 'done' and shard.holes) then
    if shard.state == 'failed' then failed = failed + 1 else done = done + 1 end
    local undo = shard.undo
    if undo then
      add('traces', -undo.traces)
      add('violations', -undo.violations)
      add('written', -(undo.written or 0))
      add('fetched_by_id', -undo.byId)
      add('evaluation_errors', -undo.broken)
      for i, count in string.gmatch(undo.rules, '(%d+):(%d+)') do redis.call('HINCRBY', base, 'r:' .. i, '-' .. count) end
      for i, count in string.gmatch(undo.buckets, '(%d+):(%d+)') do redis.call('HINCRBY', base, 'b:' .. i, '-' .. count) end
      shard.traces, shard.violations, shard.undo = shard.traces - undo.traces, shard.violations - undo.violations, nil
    end
    if shard.holes and shard.holes[1] == shard.from .. ' ' .. shard.to then
      -- Nothing of it is counted: as if it had never run.
      shard.traces, shard.violations, shard.holes = nil, nil, nil
    end
    shard.state, shard.fence = 'open', shard.fence + 1
    shard.failures, shard.crashes, shard.reason, shard.finished = 0, 0, nil, nil
    save(id, shard)
    redis.call('SADD', openKey, id)
    reopened = reopened + 1
  end
end
if reopened == 0 then return { 'nothing' } end
-- Every incomplete window belongs to a shard that is open again.
for n = 1, tonumber(field('max_incomplete')) do
  if redis.call('HDEL', base, 'w:' .. n) == 0 then break end
end
redis.call('HSET', base, 'incomplete', '0')
add('shards_done', -done)
add('shards_failed', -failed)
if ended(state) then awaken(now) end
return withReplay('reopened')
`);

/**
 * Opens everything of a replay again that was not read in full: failed shards whole, of the others their incomplete windows only.
 * They get fresh attempts; an ended replay runs again, unless `maxOpen` others have not ended, and its totals go on from where they were.
 * Cost: linear in the shards.
 */
export async function retryShards(
  { redis, keys }: LedgerContext,
  replayId: string,
  { nowMs, maxOpen }: { readonly nowMs: number; readonly maxOpen: number },
): Promise<Retried> {
  const [word, ...rest] = await run(redis, RETRY_SHARDS, [keys.replay(replayId), keys.prefix], [nowMs, maxOpen]);
  if (word === "reopened") return { kind: word, fields: fieldsIn(rest) };
  if (word === "full") return { kind: word, open: Number(rest[0]) };
  return { kind: word as Exclude<Retried["kind"], "reopened" | "full"> };
}
