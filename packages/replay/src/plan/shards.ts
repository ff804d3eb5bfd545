import { ReplayError } from "../errors.js";
import { LIMITS } from "../limits.js";
import type { ShardWindow } from "../replay.js";

const NS = 1_000_000_000n;

/** Lengths that a person would choose, seconds; the longest by default is 6 h: fewer, larger windows cost Tempo least. */
const CHOICES = [60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600] as const;

/** About so many shards share out a short range, so that several workers have something to do. */
const WANTED_SHARDS = 4n;

/**
 * The length of a shard where none is asked for: the range in four, rounded up to a usual length, at most 6 h. An hour
 * makes 4 shards, a day 4, thirty days 120.
 */
export function chooseShardSeconds(startNs: bigint, endNs: bigint): number {
  const quarter = (endNs - startNs) / WANTED_SHARDS;
  return CHOICES.find((seconds) => BigInt(seconds) * NS >= quarter) ?? CHOICES[CHOICES.length - 1] ?? 21_600;
}

/**
 * Cuts `[startNs, endNs)` into half-open windows that cover it exactly, in order of time. The cuts lie on multiples of the
 * length since the epoch, so the first and the last window may be shorter; the ends keep their nanoseconds.
 * Throws a {@link ReplayError} where the range or the length cannot be.
 */
export function cutIntoShards(startNs: bigint, endNs: bigint, shardSeconds: number): readonly ShardWindow[] {
  checkRange(startNs, endNs);
  const { minShardSeconds, maxShardSeconds, maxShardsPerReplay } = LIMITS;
  if (!Number.isInteger(shardSeconds) || shardSeconds < minShardSeconds || shardSeconds > maxShardSeconds) {
    const message = `a shard lasts ${minShardSeconds} to ${maxShardSeconds} whole seconds, not ${shardSeconds}`;
    throw new ReplayError("shard_length_invalid", message);
  }
  const length = BigInt(shardSeconds) * NS;
  const cuts: bigint[] = [startNs];
  const count = (endNs - 1n) / length - startNs / length + 1n;
  if (count > BigInt(maxShardsPerReplay)) {
    const message = `this range makes ${count} shards of ${shardSeconds} s; at most ${maxShardsPerReplay} are allowed: choose longer shards or a shorter range`;
    throw new ReplayError("too_many_shards", message);
  }
  for (let cut = (startNs / length + 1n) * length; cut < endNs; cut += length) cuts.push(cut);
  return cuts.map((cut, index) => ({
    shardId: `s${String(index + 1).padStart(5, "0")}`,
    startNs: cut,
    endNs: cuts[index + 1] ?? endNs,
  }));
}

function checkRange(startNs: bigint, endNs: bigint): void {
  if (startNs < 0n || endNs <= startNs) {
    throw new ReplayError("range_invalid", "the range must end after it starts, and start after 1970");
  }
  if (endNs - startNs > BigInt(LIMITS.maxRangeSeconds) * NS) {
    const message = `the range is longer than ${LIMITS.maxRangeSeconds / 86_400} days: replay it in parts`;
    throw new ReplayError("range_too_long", message);
  }
}
