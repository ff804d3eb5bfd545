import { createHash } from "node:crypto";
import type { Redis } from "ioredis";

/** A Lua script that Redis runs as one step. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

/**
 * Names a script by its hash, as Redis does. On Redis 7 or later it first asks for the right to every command that it
 * calls: Redis would stop it at the first one that the user has lost, and keep what was written before.
 */
export function script(body: string): Script {
  const commands = new Set([...body.matchAll(/redis\.call\('(\w+)'/g)].map(([, name = ""]) => `'${name}'`));
  const text = `
if redis.acl_check_cmd then
  for _, name in ipairs({ ${[...commands].join(", ")} }) do
    if not redis.acl_check_cmd(name, KEYS[1], KEYS[1]) then
      return redis.error_reply('NOPERM no permission for ' .. string.lower(name) .. ' on ' .. KEYS[1])
    end
  end
end
${body}`;
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

/** Runs a script by its hash, and by its text where Redis has not seen it (first use, or Redis was restarted). */
export async function run(
  redis: Redis,
  { sha, text }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<readonly string[]> {
  try {
    return strings(await redis.evalsha(sha, keys.length, ...keys, ...args));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return strings(await redis.eval(text, keys.length, ...keys, ...args));
  }
}

function strings(reply: unknown): readonly string[] {
  if (!Array.isArray(reply)) throw new Error(`a ledger script answered ${typeof reply} instead of a list`);
  return reply.map(String);
}

/** Name, value, name, value: a hash as a script answers it. */
export function fieldsIn(flat: readonly string[]): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) fields[flat[i] ?? ""] = flat[i + 1] ?? "";
  return fields;
}
