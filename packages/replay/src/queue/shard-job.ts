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

/** The data of a job, with the version of its shape. */
export function encodeJob({ replayId, shardId }: ShardJob): { readonly v: 1 } & ShardJob {
  return { v: 1, replayId, shardId };
}

/** Reads a job's data. Throws on a shape that this release does not know, e.g. of a newer one during a rollout. */
export function decodeJob(data: unknown): ShardJob {
  const found = typeof data === "object" && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
  const { v, replayId, shardId } = found;
  if (v !== 1)
    throw new Error(`this worker reads shard jobs of version 1; found version ${JSON.stringify(v)}: update it`);
  if (typeof replayId !== "string" || typeof shardId !== "string") {
    throw new Error("a shard job of version 1 names a replayId and a shardId");
  }
  return { replayId, shardId };
}
