import type { LedgerContext } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { fieldsIn, run, script } from "./script.js";

/** `ended`: the replay was over already and stays as it is. `refused`: it is not in a state for this. */
export type Steered =
  | {
      readonly kind: "done" | "ended" | "refused";
      /** The replay as this step left it. */
      readonly fields: Readonly<Record<string, string>>;
    }
  | { readonly kind: "unknown" };

const STEER_REPLAY = script(`${PRELUDE}
local verb, now = unpack(ARGV)
local state = field('state')
if state == '' then return { 'unknown' } end
if ended(state) then return withReplay('ended') end
if verb == 'cancel' then
  redis.call('HSET', base, 'cancel', '1')
  closeIfOver(now)
  return withReplay('done')
end
if field('cancel') == '1' then return withReplay('refused') end
if verb == 'pause' then
  if state ~= 'paused' then redis.call('HSET', base, 'state', 'paused', 'paused_ms', now) end
  return withReplay('done')
end
if state ~= 'paused' then return withReplay('refused') end
local since = math.max(tonumber(field('paused_ms')), tonumber(field('started_ms')) or 0)
add('idle_ms', math.max(0, tonumber(now) - since))
if field('started_ms') == '' then redis.call('HSET', base, 'state', 'queued') else redis.call('HSET', base, 'state', 'running') end
return withReplay('done')
`);

/**
 * Cancels, pauses or resumes a replay, and reads it in the same step. It is said to be cancelled only when nothing of
 * it runs any more.
 */
export async function steerReplay(
  { redis, keys }: LedgerContext,
  verb: "cancel" | "pause" | "resume",
  replayId: string,
  nowMs: number,
): Promise<Steered> {
  const [word, ...flat] = await run(redis, STEER_REPLAY, [keys.replay(replayId), keys.prefix], [verb, nowMs]);
  if (word === "unknown") return { kind: word };
  return { kind: word as Exclude<Steered["kind"], "unknown">, fields: fieldsIn(flat) };
}
