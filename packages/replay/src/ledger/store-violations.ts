import type { Violation } from "@betrace/contracts";
import { violationSpanIds } from "@betrace/violations";
import { LIMITS } from "../limits.js";
import { lexicalNs } from "./keys.js";
import type { Hold, LedgerContext, Written } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";
import { violationToJson } from "./violation-json.js";

/** The oldest of a rule that are taken out in one call: more than one call brings, so that a lowered limit is reached too. */
const TRIM_CHUNK = 2 * LIMITS.violationChunk;

const STORE_VIOLATIONS = script(`${PRELUDE}
local id, fence, maxListed, readBackCap, now = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local maxPerRule = tonumber(ARGV[6])
local function trimRule(ruleKey)
  local excess = redis.call('ZCARD', ruleKey) - maxPerRule
  if excess <= 0 then return end
  for _, member in ipairs(redis.call('ZRANGE', ruleKey, '0', string.format('%d', math.min(excess, ${TRIM_CHUNK}) - 1))) do
    local vid = string.sub(member, 22)
    redis.call('ZREM', ruleKey, member)
    redis.call('ZREM', prefix .. 'violations', member)
    redis.call('ZREM', prefix .. 'violation-expiry', vid)
    redis.call('UNLINK', prefix .. 'violation:' .. vid)
  end
end
local shard, word = held(id, fence)
if not shard then return { word } end
local listKey = base .. ':violations'
local listed = redis.call('ZCARD', listKey)
local all, byRule, own, ids, expiry = {}, {}, {}, {}, {}
-- Not %d: where Lua was built for 32 bits, it cuts milliseconds since 1970.
local keepUntil = string.format('%.0f', now + tonumber(field('retention_ms')))
for i = 7, #ARGV, 4 do
  local vid, at, rule, json = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local key, member, ruleKey = prefix .. 'violation:' .. vid, at .. ':' .. vid, prefix .. 'rule-violations:' .. rule
  local before = redis.call('HGET', key, 'at')
  if before ~= at then
    if before then
      redis.call('ZREM', prefix .. 'violations', before .. ':' .. vid)
      redis.call('ZREM', ruleKey, before .. ':' .. vid)
    end
    redis.call('HSET', key, 'at', at, 'rule', rule, 'json', json)
    all[#all + 1], all[#all + 2] = '0', member
    local members = byRule[ruleKey] or {}
    members[#members + 1], members[#members + 2] = '0', member
    byRule[ruleKey] = members
  end
  own[#own + 1], own[#own + 2] = '0', member
  ids[#ids + 1] = vid
  expiry[#expiry + 1], expiry[#expiry + 2] = keepUntil, vid
end
if #expiry > 0 then redis.call('ZADD', prefix .. 'violation-expiry', unpack(expiry)) end
if #all > 0 then redis.call('ZADD', prefix .. 'violations', unpack(all)) end
for ruleKey, members in pairs(byRule) do
  redis.call('ZADD', ruleKey, unpack(members))
  trimRule(ruleKey)
end
if listed < maxListed and #own > 0 then
  redis.call('ZADD', listKey, unpack(own))
  listed = redis.call('ZCARD', listKey)
  if listed > maxListed then
    redis.call('ZREMRANGEBYRANK', listKey, '0', string.format('%d', listed - maxListed - 1))
    listed = maxListed
  end
end
if readBackCap > 0 and #ids > 0 then
  if redis.call('SCARD', base .. ':written') < readBackCap then
    redis.call('SADD', base .. ':written', unpack(ids))
  else
    redis.call('HSET', base, 'read_back_cut', '1')
  end
end
redis.call('HSET', base, 'stored', string.format('%d', listed))
return { 'written' }
`);

/**
 * Stores violations for listing, once per (rule, version, trace) over all replays: the first finder's record stays, until the rule has more
 * than `maxPerRule`: the oldest go first. Up to about `maxListed` of one replay are listed under it. `acknowledged`: a receiver said that it
 * has their spans, which are to be looked for when the replay has ended. Safe to repeat; counts nothing (the commit does). In chunks, so that
 * Redis is never held up, and without waiting in between: Redis stores one while the next is written down. If it fails,
 * some of them may be stored, or still be until the shard has another fence.
 */
export async function storeViolations(
  { redis, keys }: LedgerContext,
  hold: Hold,
  violations: readonly Violation[],
  {
    maxListed,
    maxPerRule = LIMITS.maxStoredViolationsPerRule,
    acknowledged,
  }: { readonly maxListed: number; readonly maxPerRule?: number; readonly acknowledged: boolean },
): Promise<Written> {
  const answers: Promise<readonly string[]>[] = [];
  for (let from = 0; from < violations.length; from += LIMITS.violationChunk) {
    const chunk = violations.slice(from, from + LIMITS.violationChunk);
    const answer = run(
      redis,
      STORE_VIOLATIONS,
      [keys.replay(hold.replayId), keys.prefix],
      [
        hold.shardId,
        hold.fence,
        maxListed,
        acknowledged ? LIMITS.maxReadBackPerReplay : 0,
        hold.nowMs,
        maxPerRule,
        ...chunk.flatMap((violation) => [
          violationSpanIds(violation.ruleId, violation.ruleVersion, violation.traceId).traceId,
          lexicalNs(violation.startNs),
          violation.ruleId,
          violationToJson(violation),
        ]),
      ],
    );
    answers.push(answer);
  }
  const words = (await Promise.all(answers)).map(([word]) => word);
  return (words.find((word) => word !== "written") ?? "written") as Written;
}
