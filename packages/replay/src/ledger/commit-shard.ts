import type { IncompleteWindow } from "../replay.js";
import { lexicalNs } from "./keys.js";
import type { Hold, LedgerContext, Written } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";

/** What one run of a shard found. Counts are of this run alone. */
export interface ShardResult {
  readonly traces: number;
  readonly fetchedById: number;
  readonly evaluationErrors: number;
  /** Violations by the rule's place among the pinned rules. */
  readonly violationsByRule: ReadonlyMap<number, number>;
  /** Violations by the number of the time bucket. */
  readonly violationsByBucket: ReadonlyMap<number, number>;
  readonly firstViolationNs: bigint | undefined;
  readonly lastViolationNs: bigint | undefined;
  readonly incomplete: readonly IncompleteWindow[];
  /** What a retry is to read again, disjoint and in order; none if nothing is incomplete. */
  readonly holes: readonly { readonly startNs: bigint; readonly endNs: bigint }[];
  /** Whether traces of the holes are in these counts; a retry then takes the counts back first. */
  readonly holesCounted: boolean;
  /** Violations whose spans a receiver acknowledged: all of them, or none if none is written. */
  readonly written: number;
}

const COMMIT_SHARD = script(`${PRELUDE}
local id, fence, now, traces, byId, broken, rules, buckets, first, last, incomplete, holes, counted, written = unpack(ARGV)
local shard, word = held(id, fence)
if not shard then return { word } end
local violations = 0
for i, count in string.gmatch(rules, '(%d+):(%d+)') do
  violations = violations + tonumber(count)
  redis.call('HINCRBY', base, 'r:' .. i, count)
end
for i, count in string.gmatch(buckets, '(%d+):(%d+)') do redis.call('HINCRBY', base, 'b:' .. i, count) end
redis.call('HINCRBY', base, 'traces', traces)
add('violations', violations)
add('written', tonumber(written))
add('fetched_by_id', tonumber(byId))
add('evaluation_errors', tonumber(broken))
if first ~= '' then
  local before, after = field('first_ns'), field('last_ns')
  if before == '' or first < before then redis.call('HSET', base, 'first_ns', first) end
  if after == '' or last > after then redis.call('HSET', base, 'last_ns', last) end
end
for _, window in ipairs(cjson.decode(incomplete)) do addIncomplete(window[1], window[2], window[3]) end
shard.state, shard.finished, shard.reason = 'done', tonumber(now), nil
shard.traces, shard.violations = (shard.traces or 0) + tonumber(traces), (shard.violations or 0) + violations
shard.holes, shard.undo = nil, nil
if holes ~= '' then
  shard.holes = {}
  for hole in string.gmatch(holes, '[^,]+') do shard.holes[#shard.holes + 1] = hole end
  if counted == '1' then
    shard.undo = {
      traces = tonumber(traces), violations = violations, byId = tonumber(byId), broken = tonumber(broken),
      written = tonumber(written),
      rules = rules, buckets = buckets,
    }
  end
end
local seconds = (tonumber(shard.to) - tonumber(shard.from)) / 1e9
if seconds >= 60 and holes == '' then
  local dense = math.max(shard.traces / seconds, 0.9 * tonumber(redis.call('GET', prefix .. 'density') or '0'))
  redis.call('SET', prefix .. 'density', string.format('%.6f', dense))
end
save(id, shard)
redis.call('SREM', openKey, id)
add('shards_running', -1)
add('shards_done', 1)
redis.call('HSET', base, 'last_commit_ms', now)
closeIfOver(now)
return { 'written' }
`);

/** Counts a shard, once: a repeated commit, or one under an old fence, changes nothing. The last shard ends the replay. */
export async function commitShard({ redis, keys }: LedgerContext, hold: Hold, result: ShardResult): Promise<Written> {
  const [word] = await run(
    redis,
    COMMIT_SHARD,
    [keys.replay(hold.replayId), keys.prefix],
    [
      hold.shardId,
      hold.fence,
      hold.nowMs,
      result.traces,
      result.fetchedById,
      result.evaluationErrors,
      pairs(result.violationsByRule),
      pairs(result.violationsByBucket),
      result.firstViolationNs === undefined ? "" : lexicalNs(result.firstViolationNs),
      result.lastViolationNs === undefined ? "" : lexicalNs(result.lastViolationNs),
      JSON.stringify(result.incomplete.map((w) => [lexicalNs(w.startNs), lexicalNs(w.endNs), w.reason])),
      result.holes.map((hole) => `${lexicalNs(hole.startNs)} ${lexicalNs(hole.endNs)}`).join(","),
      result.holesCounted ? "1" : "0",
      result.written,
    ],
  );
  return word as Written;
}

function pairs(counts: ReadonlyMap<number, number>): string {
  return [...counts].map(([index, count]) => `${index}:${count}`).join(" ");
}
