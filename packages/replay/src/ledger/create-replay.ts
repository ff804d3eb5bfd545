import type { ShardWindow } from "../replay.js";
import { lexicalMs, lexicalNs } from "./keys.js";
import type { LedgerContext } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";

/** A replay to write down, whole. */
export interface NewReplay {
  readonly replayId: string;
  /** Flat fields of the replay's hash. */
  readonly fields: Readonly<Record<string, string>>;
  readonly ruleIds: readonly string[];
  readonly shards: readonly ShardWindow[];
  readonly acceptedAtMs: number;
  /** Replays that may be open at a time, this one included. */
  readonly maxOpen: number;
  readonly idempotency: { readonly key: string; readonly fingerprint: string; readonly rememberMs: number } | undefined;
}

export type Created =
  | { readonly kind: "created" /** Add the shard's ordinal for its job's priority. */; readonly priorityBase: number }
  | { readonly kind: "repeated"; readonly replayId: string; readonly fingerprint: string }
  | { readonly kind: "full" /** Replays that have not ended. */; readonly open: number };

const CREATE_REPLAY = script(`${PRELUDE}
local id, now, order, idem, fingerprint, rememberMs, fields, rules, shards, maxOpen = unpack(ARGV)
if idem ~= '' then
  local seen = redis.call('GET', prefix .. 'idempotency:' .. idem)
  if seen then
    local seenId, seenPrint = string.match(seen, '^(%S+) (%S+)$')
    return { 'repeated', seenId, seenPrint }
  end
end
-- The same call again, after an answer that was lost on its way: the id is this very request's own.
if redis.call('EXISTS', base) == 1 then return { 'created', field('priority_base') } end
local openReplays = redis.call('SCARD', prefix .. 'active')
if openReplays >= tonumber(maxOpen) then return { 'full', tostring(openReplays) } end
if openReplays == 0 then redis.call('SET', prefix .. 'vtime', '0') end
local vtime = redis.call('GET', prefix .. 'vtime') or '0'
for _, pair in ipairs(cjson.decode(fields)) do redis.call('HSET', base, pair[1], pair[2]) end
local total, bodies, opened, ordered = 0, {}, {}, {}
local function flush()
  if #opened == 0 then return end
  redis.call('HSET', shardsKey, unpack(bodies))
  redis.call('SADD', openKey, unpack(opened))
  redis.call('ZADD', base .. ':order', unpack(ordered))
  bodies, opened, ordered = {}, {}, {}
end
for sid, from, to in string.gmatch(shards, '(%S+) (%d+) (%d+)') do
  bodies[#bodies + 1] = sid
  bodies[#bodies + 1] = cjson.encode({
    state = 'open', fence = 0, claims = 0, crashes = 0, failures = 0, from = from, to = to, ordinal = total,
  })
  opened[#opened + 1] = sid
  ordered[#ordered + 1] = '0'
  ordered[#ordered + 1] = from .. ':' .. sid
  total = total + 1
  if total % 500 == 0 then flush() end
end
flush()
redis.call('HSET', base, 'id', id, 'state', 'queued', 'accepted_ms', now, 'priority_base', vtime,
  'shards_total', string.format('%d', total), 'shards_done', '0', 'shards_failed', '0', 'shards_running', '0')
redis.call('SADD', prefix .. 'active', id)
redis.call('ZADD', prefix .. 'replays', '0', order .. ':' .. id)
for _, rule in ipairs(cjson.decode(rules)) do redis.call('ZADD', prefix .. 'rule-replays:' .. rule, '0', order .. ':' .. id) end
if idem ~= '' then redis.call('SET', prefix .. 'idempotency:' .. idem, id .. ' ' .. fingerprint, 'PX', rememberMs) end
return { 'created', vtime }
`);

/** Writes a replay and all its shards in one step, unless too many are open. The same idempotency key answers with the replay that it made first. */
export async function createReplay({ redis, keys }: LedgerContext, replay: NewReplay): Promise<Created> {
  const shards = replay.shards.map((shard) => `${shard.shardId} ${lexicalNs(shard.startNs)} ${lexicalNs(shard.endNs)}`);
  const [word, first = "", second = ""] = await run(
    redis,
    CREATE_REPLAY,
    [keys.replay(replay.replayId), keys.prefix],
    [
      replay.replayId,
      replay.acceptedAtMs,
      lexicalMs(replay.acceptedAtMs),
      replay.idempotency?.key ?? "",
      replay.idempotency?.fingerprint ?? "-",
      replay.idempotency?.rememberMs ?? 0,
      JSON.stringify(Object.entries(replay.fields)),
      JSON.stringify(replay.ruleIds),
      shards.join(" "),
      replay.maxOpen,
    ],
  );
  if (word === "created") return { kind: "created", priorityBase: Number(first) };
  if (word === "full") return { kind: "full", open: Number(first) };
  return { kind: "repeated", replayId: first, fingerprint: second };
}
