import type { Redis } from "ioredis";

/** One shard as the ledger keeps it. Key and field names are those of `packages/replay/src/ledger/keys.ts`. */
export interface SeenShard {
  readonly id: string;
  readonly state: "open" | "running" | "done" | "failed" | "split";
  readonly fence: number;
  readonly from: bigint;
  readonly to: bigint;
  /** Counted so far; undefined where nothing of it is. */
  readonly traces: number | undefined;
  /** Parts of it that are not counted although the rest is. */
  readonly holes: readonly Window[];
}

/** Half-open, Unix nanoseconds. */
export interface Window {
  readonly from: bigint;
  readonly to: bigint;
}

/** All that Redis holds of one replay, read past the code under test. */
export interface SeenReplay {
  readonly fields: Readonly<Record<string, string>>;
  readonly shards: readonly SeenShard[];
  readonly open: readonly string[];
  readonly active: boolean;
  /** Ids of violations listed under it. */
  readonly listed: readonly string[];
}

type Kept = Pick<SeenShard, "state" | "fence" | "traces"> & {
  readonly from: string;
  readonly to: string;
  readonly holes?: readonly string[];
};

/** Undefined where there is no such replay. */
export async function lookAt(redis: Redis, prefix: string, replayId: string): Promise<SeenReplay | undefined> {
  const base = `${prefix}replay:${replayId}`;
  const [fields, shards, open, active, listed] = await Promise.all([
    redis.hgetall(base),
    redis.hgetall(`${base}:shards`),
    redis.smembers(`${base}:open`),
    redis.sismember(`${prefix}active`, replayId),
    redis.zrange(`${base}:violations`, "0", "-1"),
  ]);
  if (fields.state === undefined) return undefined;
  return {
    fields,
    shards: Object.entries(shards).map(([id, json]) => {
      const kept = JSON.parse(json) as Kept;
      return {
        id,
        state: kept.state,
        fence: kept.fence,
        from: BigInt(kept.from),
        to: BigInt(kept.to),
        traces: kept.traces,
        holes: (kept.holes ?? []).map((text) => ({ from: BigInt(text.slice(0, 20)), to: BigInt(text.slice(21)) })),
      };
    }),
    open,
    active: active === 1,
    listed: listed.map((member) => member.slice(member.indexOf(":") + 1)),
  };
}
