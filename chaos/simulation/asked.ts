import type { Cast } from "./cast.js";
import { RANGE_START_NS, RULE, SHARD_SECONDS } from "./sample.js";
import type { Story } from "./story.js";

/** The replays of a story, all over the same traces, and what is asked of them. */
export interface Asked {
  readonly ids: ReadonlySet<string>;
  /** Whether a retry was ever asked for. */
  readonly retried: boolean;
  submit(): void;
  steer(verb: "cancel" | "pause" | "resume" | "retry", replayId: string): void;
  /** Those that were answered for, and those whose answer was lost on the way. */
  known(): Promise<readonly string[]>;
}

export function createAsked({ redis, prefix, random, shards }: Story, cast: Cast): Asked {
  const ids = new Set<string>();
  let retried = false;
  return {
    ids,
    get retried() {
      return retried;
    },
    submit: () =>
      cast.ask(async (replays) => {
        const rangeNs = BigInt(shards * SHARD_SECONDS) * 1_000_000_000n;
        const { status } = await replays.submit({
          rules: { kind: "unsaved", dsl: RULE },
          startNs: RANGE_START_NS,
          endNs: RANGE_START_NS + rangeNs,
          shardSeconds: SHARD_SECONDS,
          ...(random.oneIn(2) && { idempotencyKey: "k" }),
        });
        ids.add(status.replayId);
      }),
    steer(verb, replayId) {
      if (verb === "retry") retried = true;
      cast.ask((replays) => replays[verb](replayId));
    },
    async known() {
      const listed = await redis.zrange(`${prefix}replays`, "0", "-1");
      for (const member of listed) ids.add(member.slice(member.indexOf(":") + 1));
      return [...ids];
    },
  };
}
