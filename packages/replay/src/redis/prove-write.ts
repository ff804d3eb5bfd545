import type { Redis } from "ioredis";
import { run, script } from "../ledger/script.js";
import { KEY_COMMANDS } from "./commands.js";
import { faultOfConnection } from "./connection.js";
import { readRedisError, redisFault, type RedisFault, redisFaultOf } from "./fault.js";

/** The proof is worth nothing later; this only cleans up after an installation that is gone, milliseconds. */
const PROOF_LIVES_MS = 60_000;

const PROOF = script(`
-- Before the first write: all or nothing.
local missing = {}
if redis.acl_check_cmd then
  for at = 2, #ARGV do
    if not redis.acl_check_cmd(ARGV[at], KEYS[1], KEYS[2]) then missing[#missing + 1] = ARGV[at] end
  end
end
if #missing == 0 then
  for _, key in ipairs(KEYS) do redis.call('SET', key, '1', 'PX', ARGV[1]) end
end
return missing
`);

/**
 * Writes a key below each prefix over this connection, in one script as the ledger and the queue do, once Redis 7 or
 * later has said that the user may call every command that they need. Resolves with what stands in the way; undefined:
 * Redis takes writes. A connection that is not ready is not asked, so that nothing queues up behind it.
 *
 * @param keys Below the ledger's and the queue's prefix.
 */
export async function proveWrite(redis: Redis, keys: readonly [string, string]): Promise<RedisFault | undefined> {
  if (!isReady(redis)) {
    const fault = faultOfConnection(redis);
    if (fault !== undefined) return fault;
    await firstAttempt(redis);
    if (!isReady(redis)) return faultOfConnection(redis) ?? redisFaultOf("CLOSED", "not connected");
  }
  try {
    const missing = await run(redis, PROOF, keys, [PROOF_LIVES_MS, ...KEY_COMMANDS]);
    if (missing.length === 0) return undefined;
    return redisFaultOf("NOPERM", `no permission for ${missing.join(", ")} on ${keys.join(" or ")}`);
  } catch (error) {
    const fault = redisFault(error) ?? readRedisError(error);
    return fault.code === "NOPERM" ? redisFaultOf("NOPERM", `${fault.said}: ${keys.join(", ")}`) : fault;
  }
}

function isReady({ status }: Redis): boolean {
  return status === "ready";
}

/** Resolves when a new connection is ready, or has failed to be. */
function firstAttempt(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ["ready", "close", "end"] as const) redis.removeListener(event, done);
      resolve();
    };
    for (const event of ["ready", "close", "end"] as const) redis.on(event, done);
  });
}
