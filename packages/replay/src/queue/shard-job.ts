/** The queue of shard jobs. */
export const SHARD_QUEUE_NAME = "betrace-shards";
/** In front of BullMQ's keys unless the app says otherwise. */
export const DEFAULT_QUEUE_PREFIX = "betrace-bull";

/** What a job carries: where to look in the ledger, and nothing that could contradict it. */
export interface ShardJob {
  readonly replayId: string;
  readonly shardId: string;
}

/** BullMQ's priorities end here; jobs past it are served in order of arrival. */
const MAX_PRIORITY = 2_097_151;

/** BullMQ refuses ids with `:` and ids that are integers. */
export function jobIdOf({ replayId, shardId }: ShardJob): string {
  return `${replayId}.${shardId}`;
}

/** A shard's rank: its ordinal, counted from where the queue stood when its replay was accepted. Lower goes first; 0 would jump the line. */
export function priorityOf(priorityBase: number, ordinal: number): number {
  return Math.min(priorityBase + ordinal + 1, MAX_PRIORITY);
}

/**
 * The shape of a job and of the ledger behind it that this release writes, and the newest that it reads; every older one is read too.
 * Raise it with a change that an older worker would get wrong: its jobs and replays are then left to newer workers.
 */
export const REPLAY_FORMAT = 1;

/** The data of a job, with the format of its replay in `v`. */
export function encodeJob({ replayId, shardId }: ShardJob): { readonly v: number } & ShardJob {
  return { v: REPLAY_FORMAT, replayId, shardId };
}

/** What a job's data says: a shard to run, or that only a newer release can tell. `replayId` where it is named as it is today. */
export type DecodedJob =
  | { readonly kind: "shard"; readonly shard: ShardJob }
  | { readonly kind: "newer"; readonly format: number; readonly replayId: string | undefined };

/** Reads a job's data. Throws on what no release writes. */
export function decodeJob(data: unknown): DecodedJob {
  const found = typeof data === "object" && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
  const { v: format, replayId, shardId } = found;
  if (typeof format !== "number" || !Number.isInteger(format) || format < 1) {
    throw new Error(`a shard job has a whole number as its format in "v"; found ${JSON.stringify(format)}`);
  }
  if (format > REPLAY_FORMAT) {
    return { kind: "newer", format, replayId: typeof replayId === "string" ? replayId : undefined };
  }
  if (typeof replayId !== "string" || typeof shardId !== "string") {
    throw new Error(`a shard job of format ${format} names a replayId and a shardId`);
  }
  return { kind: "shard", shard: { replayId, shardId } };
}
