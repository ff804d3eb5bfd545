import { type Replays, runShard } from "@betrace/replay";
import { queueOf } from "./job-queue.js";
import { reconcilerOf, replaysOf, shardDepsOf } from "./parts.js";
import { Broken } from "./promises.js";
import type { Story } from "./story.js";
import type { Process } from "./world.js";

/** A shard's run by a worker. */
export interface Run {
  readonly process: Process;
  readonly replayId: string;
  readonly jobId: string;
  readonly token: number;
  readonly controller: AbortController;
}

/** Who is there: one API, workers, now and then a reconciler; and what BullMQ does for them by the clock, here one step at a time. */
export interface Cast {
  /** Those that were not killed. */
  alive(): readonly Process[];
  /** Those that are not frozen either. */
  awake(): readonly Process[];
  runsOf(worker: Process): readonly Run[];
  addWorker(): void;
  kill(worker: Process): void;
  thaw(worker: Process): void;
  /** A new API in the place of the one that is there. */
  replaceApi(): void;
  /** Does something by the API; what it refuses goes to the log. */
  ask(work: (replays: Replays) => Promise<unknown>): void;
  /** The most urgent job goes to a worker with a free place. */
  nextJob(): void;
  deliver(jobId: string, worker: Process): void;
  /** Jobs whose holder is gone go back to the queue, as BullMQ does when a lock runs out. */
  reclaimStalled(): void;
  /** Delayed jobs become due. */
  ripen(): void;
  /** Workers look whether their replays were cancelled. */
  cancelPoll(): Promise<void>;
  /** A reconciler begins to walk, unless one does. */
  startReconciling(): void;
  /** Whether one walks, or was killed while it did. */
  reconciles(): boolean;
  killReconciler(): void;
  /** What a dead reconciler held is free again. */
  leaseRunsOut(): Promise<void>;
  /** The end of everyone. */
  leave(): void;
}

/** Runs of one worker at a time. */
const PLACES = 2;
/** Tries of a job that its worker could not finish for want of Redis. */
const JOB_ATTEMPTS = 3;

export function createCast(story: Story): Cast {
  const { world, random, jobs, redis, prefix } = story;
  const workers: Process[] = [];
  const runs = new Set<Run>();
  let api = newApi();
  let reconciling: { readonly process: Process; over: boolean; readonly stop: () => void } | undefined;

  function newApi() {
    const process = story.newProcess("api");
    return { process, replays: replaysOf(story, process) };
  }
  const alive = () => workers.filter((worker) => !worker.dead);
  const awake = () => alive().filter((worker) => !worker.frozen);
  const runsOf = (worker: Process) => [...runs].filter((run) => run.process === worker);
  const nobodyReconciles = () => reconciling === undefined || reconciling.over || reconciling.process.dead;

  /** What `createShardWorker` does with a job and its outcome, on the simulated queue. */
  function deliver(jobId: string, process: Process): void {
    const job = jobs.all.get(jobId);
    if (job === undefined) return;
    const token = jobs.deliver(job, process);
    const { replayId, shardId, priority } = job;
    const run: Run = { process, replayId, jobId, token, controller: new AbortController() };
    runs.add(run);
    world.log.push(`> ${jobId} to ${process.name}`);
    const settle = async () => {
      try {
        const deps = shardDepsOf(story, process);
        const outcome = await runShard(deps, { replayId, shardId }, { priority, signal: run.controller.signal });
        if (outcome.kind === "overtaken") story.staleWrites++;
        await world.gate(process, `settle ${outcome.kind}`);
        if (outcome.kind === "retry") {
          jobs.asHolder(jobId, token, (held) => {
            held.state = "delayed";
          });
          return;
        }
        if (outcome.kind === "split") {
          await queueOf(world, process, jobs).add(outcome.children.map((child) => ({ ...child, priority })));
        }
        jobs.asHolder(jobId, token, () => jobs.all.delete(jobId));
      } catch (error) {
        if (error instanceof Broken) throw error;
        jobs.asHolder(jobId, token, (held) => {
          held.attempts++;
          if (held.attempts >= JOB_ATTEMPTS) jobs.all.delete(jobId);
          else held.state = "delayed";
        });
      } finally {
        runs.delete(run);
      }
    };
    void settle();
  }

  return {
    alive,
    awake,
    runsOf,
    addWorker: () => void workers.push(story.newProcess("worker")),
    kill(worker) {
      worker.dead = true;
      for (const run of runsOf(worker)) runs.delete(run);
    },
    thaw(worker) {
      worker.frozen = false;
      // BullMQ notices that the lock is gone at its next renewal, or not before the shard is over.
      for (const run of runsOf(worker)) {
        const lost = jobs.all.get(run.jobId)?.token !== run.token;
        if (lost && random.oneIn(2)) run.controller.abort(new Error("lock lost"));
      }
    },
    replaceApi() {
      api.process.dead = true;
      api = newApi();
    },
    ask(work) {
      work(api.replays).catch((error: unknown) => {
        if (error instanceof Error) world.log.push(`  refused: ${error.message}`);
      });
    },
    nextJob() {
      const [job] = jobs.of("waiting").sort((a, b) => a.priority - b.priority);
      const free = awake().filter((worker) => runsOf(worker).length < PLACES);
      if (job !== undefined && free.length > 0) deliver(job.id, random.pick(free));
    },
    deliver,
    reclaimStalled() {
      for (const job of jobs.of("active")) if (job.owner?.dead || job.owner?.frozen) job.state = "waiting";
    },
    ripen() {
      for (const job of jobs.of("delayed")) job.state = "waiting";
    },
    async cancelPoll() {
      for (const run of [...runs].filter((one) => !one.process.frozen)) {
        const asked = await redis.hget(`${prefix}replay:${run.replayId}`, "cancel");
        if (asked === "1") run.controller.abort(new Error("the replay was cancelled"));
      }
    },
    startReconciling() {
      if (!nobodyReconciles()) return;
      const process = story.newProcess("reconciler");
      const reconciler = reconcilerOf(story, process);
      const walk = reconciler.runOnce().catch(() => undefined);
      const mine = { process, over: false, stop: () => void reconciler.close() };
      reconciling = mine;
      void walk.then(() => {
        mine.over = true;
        mine.stop();
      });
    },
    reconciles: () => reconciling !== undefined && !reconciling.over,
    killReconciler() {
      if (reconciling === undefined) return;
      reconciling.process.dead = true;
      reconciling.stop();
    },
    async leaseRunsOut() {
      if (nobodyReconciles()) await redis.del(`${prefix}lease:reconcile`);
    },
    leave() {
      reconciling?.stop();
      for (const process of [...workers, api.process, ...(reconciling ? [reconciling.process] : [])]) {
        process.dead = true;
      }
    },
  };
}
