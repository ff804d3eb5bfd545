/**
 * What the verbs share. Every verb gets KEYS[1] = the replay's key and KEYS[2] = the prefix, and answers a list whose
 * first element is a word.
 *
 * A replay, field `state` (and `cancel`, set when cancel was asked for):
 *
 * | state | means | becomes |
 * |---|---|---|
 * | queued | accepted, no shard was claimed | running (first claim), paused, cancelled |
 * | running | at least one shard was claimed | completed, failed, paused, cancelled |
 * | paused | no shard may be claimed; running ones finish | queued or running (resume), completed, failed, cancelled |
 * | completed | every shard ended, at least one in `done`; with cancel asked for, all of them whole | running (retry) |
 * | failed | every shard ended, none in `done` | running (retry) |
 * | cancelled | cancel was asked for, nothing runs any more, and something is missing | – |
 *
 * A shard, field `state`:
 *
 * | state | means | becomes |
 * |---|---|---|
 * | open | waits for a worker | running (claim) |
 * | running | claimed; `fence` names the claim that may write | done (commit), open (release, retryable failure), failed or done (given up), split; running again under a new fence when a worker was lost |
 * | done | counted; its `holes`, if any, are not, and stand among the incomplete windows | open (retry, for the holes only) |
 * | failed | given up, nothing of it counted; its window stands among the incomplete ones | open (retry) |
 * | split | two others stand for it | – |
 *
 * A shard's `holes` are what a retry reads: windows of which nothing is counted. Where something of them was (`undo` says what), the
 * retry takes it off the totals before it opens the shard. So a trace is in the totals at most once, however often a replay is tried again.
 *
 * Invariants: `shards_total` counts the shards that are not split; `shards_running` those in running; the set `:open` holds those in open
 * or running, so it is empty exactly when the replay can end. The incomplete windows are those of failed shards and the holes of done ones.
 * A write under an old fence changes nothing. `live:<shard>` is a gauge of a running shard and part of no total.
 */
export const PRELUDE = `
local base, prefix = KEYS[1], KEYS[2]
local shardsKey, openKey = base .. ':shards', base .. ':open'

local function field(name) return redis.call('HGET', base, name) or '' end
local function ownKeys()
  return { base, shardsKey, openKey, base .. ':order', base .. ':violations', base .. ':written' }
end
local function ended(state) return state == 'completed' or state == 'failed' or state == 'cancelled' end
local function load(id)
  local raw = redis.call('HGET', shardsKey, id)
  if not raw then return nil end
  return cjson.decode(raw)
end
local function save(id, shard)
  redis.call('HSET', shardsKey, id, cjson.encode(shard))
  redis.call('HDEL', base, 'live:' .. id)
end
local function add(name, amount)
  -- Not %d: where Lua was built for 32 bits, it cuts what is larger.
  if amount ~= 0 then redis.call('HINCRBY', base, name, string.format('%.0f', amount)) end
end

local function finish(state, now)
  redis.call('HSET', base, 'state', state, 'finished_ms', now)
  redis.call('HDEL', base, 'held_up')
  redis.call('SREM', prefix .. 'active', field('id'))
  local incomplete = (tonumber(field('incomplete')) or 0) > 0
  redis.call('HINCRBY', prefix .. 'ended', state .. (incomplete and ':incomplete' or ''), 1)
  local keep = field('retention_ms')
  redis.call('ZADD', prefix .. 'replay-expiry', tonumber(now) + tonumber(keep), field('id'))
  -- By itself only a day later, should no worker be there to take it off the lists too.
  for _, key in ipairs(ownKeys()) do redis.call('PEXPIRE', key, tonumber(keep) + 86400000) end
  if redis.call('EXISTS', base .. ':written') == 1 then
    redis.call('ZADD', prefix .. 'read-back', now, field('id'))
    redis.call('HSET', base, 'read_back', '{"state":"waiting","looks":0,"failures":0,"rewritten":0}')
  end
end

-- Keeps what does not expire from expiring, and the time of standing still out of the pace.
local function awaken(now)
  add('idle_ms', math.max(0, tonumber(now) - tonumber(field('finished_ms'))))
  redis.call('HDEL', base, 'finished_ms')
  redis.call('HSET', base, 'state', 'running')
  redis.call('SADD', prefix .. 'active', field('id'))
  redis.call('ZREM', prefix .. 'read-back', field('id'))
  redis.call('ZREM', prefix .. 'replay-expiry', field('id'))
  for _, key in ipairs(ownKeys()) do redis.call('PERSIST', key) end
end

local function closeIfOver(now)
  local state = field('state')
  if ended(state) then return end
  if redis.call('SCARD', openKey) == 0 then
    -- Of what was cancelled nothing more is read; only where nothing is missing the answer is there all the same.
    if field('cancel') == '1' and (tonumber(field('incomplete')) or 0) > 0 then finish('cancelled', now)
    elseif tonumber(field('shards_done')) > 0 then finish('completed', now) else finish('failed', now) end
  elseif field('cancel') == '1' and tonumber(field('shards_running')) == 0 then
    finish('cancelled', now)
  end
end

local function addIncomplete(from, to, reason)
  local n = redis.call('HINCRBY', base, 'incomplete', 1)
  if n <= tonumber(field('max_incomplete')) then redis.call('HSET', base, 'w:' .. n, from .. ' ' .. to .. ' ' .. reason) end
end

local function giveUp(id, shard, reason, now)
  if shard.state == 'running' then add('shards_running', -1) end
  shard.state, shard.reason, shard.finished = shard.traces and 'done' or 'failed', reason, tonumber(now)
  save(id, shard)
  redis.call('SREM', openKey, id)
  add('shards_' .. shard.state, 1)
  for _, hole in ipairs(shard.holes or { shard.from .. ' ' .. shard.to }) do
    addIncomplete(string.sub(hole, 1, 20), string.sub(hole, 22), reason)
  end
  redis.call('HSET', base, 'last_commit_ms', now)
  closeIfOver(now)
end

local function reopen(id, shard, now)
  if shard.state == 'running' then add('shards_running', -1) end
  shard.state, shard.fence = 'open', shard.fence + 1
  save(id, shard)
  closeIfOver(now)
end

-- The word, and the whole replay as this very step leaves it: what is read after it may be another's doing already.
local function withReplay(word)
  local reply = { word }
  for _, text in ipairs(redis.call('HGETALL', base)) do reply[#reply + 1] = text end
  return reply
end

-- The shard, if this fence may write to it; else nil and the word to answer.
local function held(id, fence)
  if field('state') == '' then return nil, 'unknown' end
  local shard = load(id)
  if not shard then return nil, 'unknown' end
  if shard.state == 'done' and tostring(shard.fence) == fence then return nil, 'repeated' end
  if shard.state ~= 'running' or tostring(shard.fence) ~= fence then return nil, 'stale' end
  if ended(field('state')) then return nil, 'stale' end
  return shard
end
`;
