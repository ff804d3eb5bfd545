import type { ReadyAnswer } from "@betrace/contracts";

/** What keeps BeTrace from working: in a few words, and all that is known of it. */
export interface Trouble {
  readonly words: string;
  readonly reasons: string;
}

/** Undefined while Redis and Tempo can be used, and while that is not known. */
export function troubleOf(ready: ReadyAnswer | undefined): Trouble | undefined {
  if (ready === undefined) return undefined;
  const down = (
    [
      ["Tempo", ready.tempo],
      ["Redis", ready.redis],
    ] as const
  ).filter(([, part]) => !part.ok);
  if (down.length === 0) return undefined;
  return {
    words: down.map(([name, { error = "" }]) => `${name} ${shortly(error)}`).join(", "),
    reasons: down.map(([name, { error = "" }]) => `${name}: ${error}`).join("\n"),
  };
}

/** `cannot write: READONLY, this Redis is …` says enough before its comma; other reasons are too long for a badge. */
function shortly(error: string): string {
  return /^(cannot [\w ]+: \w+),/.exec(error)?.[1] ?? "cannot be used";
}
