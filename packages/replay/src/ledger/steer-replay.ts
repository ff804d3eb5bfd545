import type { LedgerContext } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";

/** `ended`: the replay was over already and stays as it is. `refused`: it is not in a state for this. */
export type Steered = "done" | "ended" | "refused" | "unknown";

const STEER_REPLAY = script(`${PRELUDE}
local verb, now = unpack(ARGV)
local state = field('state')
if state == '' then return { 'unknown' } end
if ended(state) then return { 'ended' } end
if verb == 'cancel' then
  redis.call('HSET', base, 'cancel', '1')
  closeIfOver(now)
  return { 'done' }
end
if field('cancel') == '1' then return { 'refused' } end
if verb == 'pause' then
  if state ~= 'paused' then redis.call('HSET', base, 'state', 'paused', 'paused_ms', now) end
  return { 'done' }
end
if state ~= 'paused' then return { 'refused' } end
local since = math.max(tonumber(field('paused_ms')), tonumber(field('started_ms')) or 0)
add('idle_ms', math.max(0, tonumber(now) - since))
if field('started_ms') == '' then redis.call('HSET', base, 'state', 'queued') else redis.call('HSET', base, 'state', 'running') end
return { 'done' }
`);

/** Cancels, pauses or resumes a replay. It is said to be cancelled only when nothing of it runs any more. */
export async function steerReplay(
  { redis, keys }: LedgerContext,
  verb: "cancel" | "pause" | "resume",
  replayId: string,
  nowMs: number,
): Promise<Steered> {
  const [word] = await run(redis, STEER_REPLAY, [keys.replay(replayId), keys.prefix], [verb, nowMs]);
  return word as Steered;
}
