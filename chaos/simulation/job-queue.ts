import type { ShardQueue } from "@betrace/replay";
import type { Process, World } from "./world.js";

/** A job as BullMQ would hold it. */
export interface Job {
  readonly id: string;
  readonly replayId: string;
  readonly shardId: string;
  readonly priority: number;
  state: "waiting" | "delayed" | "active";
  /** Names the delivery that holds its lock. */
  token: number;
  owner: Process | undefined;
  attempts: number;
}

/** The queue's jobs, apart from whoever asks for them. */
export interface Jobs {
  readonly all: Map<string, Job>;
  of(state: Job["state"]): Job[];
  /** Takes the lock; any earlier holder has lost it. */
  deliver(job: Job, owner: Process): number;
  /** Applies a change where this delivery still holds the lock; false where it lost it. */
  asHolder(jobId: string, token: number, change: (job: Job) => void): boolean;
}

export function createJobs(): Jobs {
  const all = new Map<string, Job>();
  let tokens = 0;
  return {
    all,
    of: (state) => [...all.values()].filter((job) => job.state === state),
    deliver(job, owner) {
      job.state = "active";
      job.owner = owner;
      job.token = ++tokens;
      return job.token;
    },
    asHolder(jobId, token, change) {
      const job = all.get(jobId);
      if (job === undefined || job.token !== token || job.state !== "active") return false;
      change(job);
      return true;
    },
  };
}

/** The queue as one process sees it. Adding takes a step per job, so that it may be interrupted between two. */
export function queueOf(world: World, process: Process, jobs: Jobs): ShardQueue {
  return {
    async add(added) {
      for (const { replayId, shardId, priority } of added) {
        await world.gate(process, `add ${shardId}`);
        const id = `${replayId}.${shardId}`;
        if (jobs.all.has(id)) continue;
        const job: Job = {
          id,
          replayId,
          shardId,
          priority,
          state: "waiting",
          token: 0,
          owner: undefined,
          attempts: 0,
        };
        jobs.all.set(id, job);
      }
    },
    async remove(replayId, shardIds) {
      for (const shardId of shardIds) {
        await world.gate(process, `remove ${shardId}`);
        const id = `${replayId}.${shardId}`;
        if (jobs.all.get(id)?.state !== "active") jobs.all.delete(id);
      }
    },
    async holds(replayId, shardIds) {
      await world.gate(process, "holds");
      return shardIds.map((shardId) => jobs.all.has(`${replayId}.${shardId}`));
    },
    counts: async () => ({
      waiting: jobs.of("waiting").length,
      active: jobs.of("active").length,
      delayed: jobs.of("delayed").length,
    }),
    prometheus: async () => "",
    close: async () => {},
  };
}
