import { Broken } from "./promises.js";

/** What scripts answer that changed the ledger under a claim. */
const CHANGED: readonly unknown[] = ["written", "retry", "failed"];

/**
 * Watches the scripts as Redis answers them. Once a newer claim of a shard was given out, no write under an older one may change
 * anything: totals alone do not show it, because a late worker found the same. And no claim is given out while its replay is paused:
 * two looks at the ledger do not show it, because it may have been resumed and paused again between them.
 */
export interface FenceWatch {
  /** @param args Of `evalsha` or `eval`. */
  answered(args: readonly unknown[], reply: unknown): void;
  /** @throws Broken when a stale write was taken, or a shard of a paused replay was given out. */
  check(): void;
}

export function createFenceWatch(): FenceWatch {
  const newest = new Map<string, number>();
  const paused = new Set<string>();
  let broken: string | undefined;
  return {
    answered(args, reply) {
      if (!Array.isArray(reply)) return;
      const [shardId, fence] = args.slice(2 + Number(args[1]));
      const shard = `${String(args[2])} ${String(shardId)}`;
      const latest = newest.get(shard) ?? 0;
      const state = stateIn(reply);
      if (state === "paused") paused.add(String(args[2]));
      else if (state !== undefined) paused.delete(String(args[2]));
      if (reply[0] === "claimed") {
        newest.set(shard, Number(reply[1]));
        if (paused.has(String(args[2]))) broken ??= `${shard} was claimed while paused`;
      } else if (CHANGED.includes(reply[0]) && Number(fence) < latest) {
        broken ??= `${shard}: a write under claim ${String(fence)} was taken (${String(reply[0])}) after claim ${latest}`;
      }
    },
    check() {
      if (broken !== undefined) throw new Broken(broken);
    },
  };
}

/** The state in which a steering script left its replay: it answers a word and the replay's fields. */
function stateIn(reply: readonly unknown[]): unknown {
  for (let at = 1; at + 1 < reply.length; at += 2) if (reply[at] === "state") return reply[at + 1];
  return undefined;
}
