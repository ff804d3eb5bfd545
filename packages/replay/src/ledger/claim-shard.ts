import { REPLAY_FORMAT } from "../queue/shard-job.js";
import type { LedgerContext } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";

/** What a worker is told that wants to run a shard. Only `claimed` may go on. */
export type Claim =
  | {
      readonly kind: "claimed";
      /** Names this claim; a later one makes every write under it stale. */
      readonly fence: number;
      readonly startNs: bigint;
      readonly endNs: bigint;
      /** What is to be read of it: all of it, or where it was read before the holes that were left, in order of time. */
      readonly windows: readonly { readonly startNs: bigint; readonly endNs: bigint }[];
      /** Whether those are holes: a shard that was read before is not split any more. */
      readonly again: boolean;
    }
  | { readonly kind: "done" | "failed" | "split" | "cancelled" | "paused" | "unknown" | "quarantined" }
  /** A newer release wrote this replay, in a format that this one would get wrong. */
  | { readonly kind: "newer"; readonly format: number };

const CLAIM_SHARD = script(`${PRELUDE}
local id, now, maxCrashes, priority, newest = unpack(ARGV)
local state = field('state')
local format = field('format')
if format ~= '' and tonumber(format) > tonumber(newest) then return { 'newer', format } end
local shard = load(id)
if state == '' or not shard then return { 'unknown' } end
if shard.state == 'done' or shard.state == 'failed' or shard.state == 'split' then return { shard.state } end
if ended(state) then return { 'cancelled' } end
if field('cancel') == '1' or state == 'paused' then
  -- Its last holder is gone, or there would be no second job to ask: nothing runs here any more.
  if shard.state == 'running' then reopen(id, shard, now) end
  return { field('cancel') == '1' and 'cancelled' or 'paused' }
end
if shard.state == 'running' then
  shard.crashes = shard.crashes + 1
  if shard.crashes >= tonumber(maxCrashes) then
    giveUp(id, shard, 'quarantined: ' .. shard.crashes .. ' workers took this shard and were not heard of again', now)
    return { 'quarantined' }
  end
else
  add('shards_running', 1)
end
shard.state, shard.fence, shard.claims = 'running', shard.fence + 1, shard.claims + 1
save(id, shard)
redis.call('HDEL', base, 'held_up')
if state == 'queued' then redis.call('HSET', base, 'state', 'running', 'started_ms', now) end
local vtime = redis.call('GET', prefix .. 'vtime') or '0'
if tonumber(priority) > tonumber(vtime) then redis.call('SET', prefix .. 'vtime', priority) end
return { 'claimed', tostring(shard.fence), shard.from, shard.to, unpack(shard.holes or {}) }
`);

/** Takes a shard. Taking one that another still runs makes the other's writes stale, and counts as a crash of the other. */
export async function claimShard(
  { redis, keys }: LedgerContext,
  claim: {
    readonly replayId: string;
    readonly shardId: string;
    readonly nowMs: number;
    readonly maxCrashes: number;
    readonly priority: number;
  },
): Promise<Claim> {
  const [word, fence = "", from = "", to = "", ...holes] = await run(
    redis,
    CLAIM_SHARD,
    [keys.replay(claim.replayId), keys.prefix],
    [claim.shardId, claim.nowMs, claim.maxCrashes, claim.priority, REPLAY_FORMAT],
  );
  if (word === "newer") return { kind: "newer", format: Number(fence) };
  if (word === "claimed") {
    const [startNs, endNs] = [BigInt(from), BigInt(to)];
    const windows = holes.map((hole) => ({ startNs: BigInt(hole.slice(0, 20)), endNs: BigInt(hole.slice(21)) }));
    const again = windows.length > 0;
    return {
      kind: "claimed",
      fence: Number(fence),
      startNs,
      endNs,
      windows: again ? windows : [{ startNs, endNs }],
      again,
    };
  }
  return { kind: word as Exclude<Claim["kind"], "claimed" | "newer"> };
}
