import type { LedgerContext } from "./ledger.js";
import { PRELUDE } from "./prelude.js";
import { run, script } from "./script.js";

const HOLD_UP = script(`${PRELUDE}
local state = field('state')
if state == '' then return { 'unknown' } end
if ended(state) then return { 'ended' } end
redis.call('HSET', base, 'held_up', ARGV[1])
return { 'written' }
`);

/** Says in the status why shards of a replay wait although a worker is there. The next claim, or the end, takes it back. */
export async function holdUp({ redis, keys }: LedgerContext, replayId: string, reason: string): Promise<void> {
  await run(redis, HOLD_UP, [keys.replay(replayId), keys.prefix], [reason]);
}
