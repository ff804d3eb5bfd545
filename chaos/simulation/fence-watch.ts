import { Broken } from "./promises.js";

/** What scripts answer that changed the ledger under a claim. */
const CHANGED: readonly unknown[] = ["written", "retry", "failed"];

/**
 * Watches the scripts of workers as Redis answers them: once a newer claim of a shard was given out, no write under an older
 * one may change anything. Totals alone do not show it, because a late worker found the same.
 */
export interface FenceWatch {
  /** @param args Of `evalsha` or `eval`. */
  answered(args: readonly unknown[], reply: unknown): void;
  /** @throws Broken when a stale write was taken. */
  check(): void;
}

export function createFenceWatch(): FenceWatch {
  const newest = new Map<string, number>();
  let broken: string | undefined;
  return {
    answered(args, reply) {
      if (!Array.isArray(reply)) return;
      const [shardId, fence] = args.slice(2 + Number(args[1]));
      const shard = `${String(args[2])} ${String(shardId)}`;
      const latest = newest.get(shard) ?? 0;
      if (reply[0] === "claimed") newest.set(shard, Number(reply[1]));
      else if (CHANGED.includes(reply[0]) && Number(fence) < latest) {
        broken ??= `${shard}: a write under claim ${String(fence)} was taken (${String(reply[0])}) after claim ${latest}`;
      }
    },
    check() {
      if (broken !== undefined) throw new Broken(broken);
    },
  };
}
