import type { TempoClient } from "@betrace/tempo";
import type { ViolationWriter } from "@betrace/violations";
import { DelayedError, type Job, WaitingError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { holdUp } from "./ledger/hold-up.js";
import { DEFAULT_KEY_PREFIX, keysOf } from "./ledger/keys.js";
import { LIMITS } from "./limits.js";
import type { Log } from "./log.js";
import { DEFAULT_QUEUE_PREFIX, decodeJob, REPLAY_FORMAT, SHARD_QUEUE_NAME, type ShardJob } from "./queue/shard-job.js";
import { createShardQueue } from "./queue/shard-queue.js";
import { connect, type QueueConnection } from "./redis/connection.js";
import { type RedisHealth, watchRedis } from "./redis/health.js";
import type { Clock } from "./replay.js";
import { createCompiler } from "./rules/compile.js";
import { runShard, type ShardDeps, type ShardOutcome } from "./run/run-shard.js";
import { type TraceSource, tempoSource } from "./run/trace-source.js";

/** What {@link createShardWorker} needs. */
export interface ShardWorkerOptions {
  /** For the ledger. */
  readonly redis: Redis;
  /** For BullMQ, which makes its own connections. */
  readonly connection: QueueConnection;
  readonly tempo: TempoClient | TraceSource;
  /** Undefined: violations are stored and counted, and no span is written. */
  readonly writer: ViolationWriter | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Shared by the process; not given: the worker's own. It takes shards only while Redis takes writes. */
  readonly health?: RedisHealth;
  /** Shards at a time. Default 2; each holds up to one scan unit in memory. */
  readonly concurrency?: number;
  readonly keyPrefix?: string;
  readonly queuePrefix?: string;
  /** How often cancelled replays are looked for, milliseconds. Default 500. */
  readonly cancelPollMs?: number;
  /** How long a worker may be silent before its shards go to others, milliseconds. Default 30,000; recovery takes up to twice that. */
  readonly lockMs?: number;
  /** How long a job of a newer release waits before it is offered again, milliseconds. Default 5,000. */
  readonly newerJobPauseMs?: number;
  /** See `runShard`. */
  readonly shard?: Pick<
    ShardDeps,
    "maxFailures" | "maxCrashes" | "maxTracesPerShard" | "maxStoredViolations" | "retryPauseMs"
  >;
}

/** What a worker is doing and has done since it started; for metrics. */
export interface WorkerGauge {
  readonly activeShards: number;
  /** Traces decided in shards that have not committed yet. */
  readonly tracesInProgress: number;
  readonly tracesEvaluated: number;
  readonly violationsFound: number;
  readonly violationsWritten: number;
  readonly shardsCommitted: number;
  readonly shardsRetried: number;
  readonly shardsFailed: number;
  /** Runs whose shard another worker had taken over: what they would have written was rejected. */
  readonly shardsOvertaken: number;
  /** Times that a job of a newer release was put back for a newer worker. */
  readonly shardsLeftToNewer: number;
}

export interface ShardWorker {
  gauge(): WorkerGauge;
  /** Takes no new shard, hands the running ones back at no cost to their attempts, and resolves when nothing runs. */
  close(): Promise<void>;
}

/** A stalled job costs an attempt of BullMQ's, not of ours: the ledger counts crashes and quarantines. */
const MAX_STALLED = 20;

/** Every job of a large replay would say the same. */
const WARN_EVERY_MS = 60_000;

/** One delivery of a job. A job whose lock was lost may come back here while its earlier delivery still ends. */
interface Active {
  readonly jobId: string;
  readonly replayId: string;
  readonly controller: AbortController;
  traces: number;
}

/** Runs shards until it is closed. */
export function createShardWorker(options: ShardWorkerOptions): ShardWorker {
  const { redis, log, connection } = options;
  const keys = keysOf(options.keyPrefix ?? DEFAULT_KEY_PREFIX);
  const queuePrefix = options.queuePrefix ?? DEFAULT_QUEUE_PREFIX;
  const health = options.health ?? watchRedis({ log, keyPrefix: keys.prefix, queuePrefix });
  const deps: ShardDeps = {
    ...options.shard,
    health,
    ledger: { redis, keys },
    source: "scan" in options.tempo ? options.tempo : tempoSource(options.tempo),
    writer: options.writer,
    compile: createCompiler(),
    clock: options.clock,
    log,
  };
  const active = new Set<Active>();
  const done = {
    tracesEvaluated: 0,
    violationsFound: 0,
    violationsWritten: 0,
    shardsCommitted: 0,
    shardsRetried: 0,
    shardsFailed: 0,
    shardsOvertaken: 0,
    shardsLeftToNewer: 0,
  };
  let closing = false;

  const onError = (error: Error) => {
    if (!health.note(error)) log.warn("the queue reports an error", { error: error.message });
  };
  const client = connect(connection, { maxRetriesPerRequest: null });
  health.watch(client);
  const queue = createShardQueue({ connection, queuePrefix, onError, health });
  const lockMs = options.lockMs ?? 30_000;
  const worker = new Worker<unknown>(SHARD_QUEUE_NAME, process, {
    connection: client,
    prefix: queuePrefix,
    concurrency: options.concurrency ?? 2,
    lockDuration: lockMs,
    // Twice a lock: a look that comes a millisecond too early for BullMQ finds the mark of the one before it, and looks at nothing.
    stalledInterval: Math.ceil(lockMs / 2),
    maxStalledCount: MAX_STALLED,
    autorun: false,
  });
  worker.on("error", onError);
  // BullMQ asks for the next job again at once when Redis refuses to give one: hundreds of times a second, for as long
  // as Redis refuses. If there is no connection, its commands wait for one.
  health.onChange((fault) => {
    if (closing) return;
    if (fault?.reached) worker.pause(true).catch(onError);
    else if (fault !== undefined) return;
    else if (worker.isPaused()) worker.resume().catch(onError);
    else if (!worker.isRunning()) worker.run().catch(onError);
  });
  worker.on("lockRenewalFailed", (jobIds) => {
    for (const entry of active) {
      if (jobIds.includes(entry.jobId)) entry.controller.abort(new Error("the job's lock was lost"));
    }
  });

  /**
   * When a worker dies, every shard that it ran is a suspect, and comes back at the same time. They run one after the other here, so that
   * the one which kills its worker does not get its neighbours quarantined with it: what was not claimed again did not crash again.
   */
  let suspects: Promise<unknown> = Promise.resolve();
  function afterOtherSuspects<T>(run: () => Promise<T>): Promise<T> {
    const next = suspects.then(run);
    suspects = next.catch(() => undefined);
    return next;
  }

  async function process(job: Job<unknown>, token?: string): Promise<void> {
    const decoded = decodeJob(job.data);
    if (decoded.kind === "newer") return leaveToNewer(job, token, decoded);
    const { shard } = decoded;
    const { replayId } = shard;
    const entry: Active = { jobId: job.id ?? "", replayId, controller: new AbortController(), traces: 0 };
    active.add(entry);
    if (closing) entry.controller.abort(new Error("the worker is closing"));
    const run = () =>
      runShard(deps, shard, {
        priority: job.priority ?? 0,
        signal: entry.controller.signal,
        onProgress: (traces) => {
          entry.traces = traces;
        },
      });
    try {
      const outcome = await (job.stalledCounter > 0 ? afterOtherSuspects(run) : run());
      await settle(job, token, shard, outcome);
    } finally {
      active.delete(entry);
    }
  }

  async function settle(job: Job<unknown>, token: string | undefined, shard: ShardJob, outcome: ShardOutcome) {
    switch (outcome.kind) {
      case "committed":
        done.shardsCommitted++;
        done.tracesEvaluated += outcome.traces;
        done.violationsFound += outcome.violations;
        done.violationsWritten += outcome.written;
        log.info("a shard is done", { ...shard, traces: outcome.traces, violations: outcome.violations });
        return;
      case "failed":
        done.shardsFailed++;
        return;
      case "retry":
        done.shardsRetried++;
        await job.moveToDelayed(Date.now() + outcome.pauseMs, token);
        throw new DelayedError();
      case "released":
        if (!closing) return;
        await job.moveToWait(token);
        throw new WaitingError();
      case "split":
        log.info("a shard held too many traces and was split", { ...shard });
        await queue.add(outcome.children.map((child) => ({ ...child, priority: Math.max(1, job.priority ?? 1) })));
        return;
      case "overtaken":
        done.shardsOvertaken++;
        return;
      case "newer":
        return leaveToNewer(job, token, { format: outcome.format, replayId: shard.replayId });
      case "skipped":
        return;
    }
  }

  let nextWarningAt = 0;
  /** During a rollout: the job waits, at no cost to its attempts, until a worker takes it that can read it. */
  async function leaveToNewer(
    job: Job<unknown>,
    token: string | undefined,
    { format, replayId }: { readonly format: number; readonly replayId: string | undefined },
  ): Promise<never> {
    done.shardsLeftToNewer++;
    const reason = `its shards are of format ${format}; the worker that looked at them reads formats up to ${REPLAY_FORMAT}: update the workers`;
    if (performance.now() >= nextWarningAt) {
      nextWarningAt = performance.now() + WARN_EVERY_MS;
      log.warn("jobs of a newer release are left to newer workers", { jobId: job.id, replayId, reason });
    }
    if (replayId !== undefined) await holdUp(deps.ledger, replayId, reason);
    await job.moveToDelayed(Date.now() + (options.newerJobPauseMs ?? LIMITS.newerJobPauseMs), token);
    throw new DelayedError();
  }

  async function abortCancelled(): Promise<void> {
    for (const replayId of new Set([...active].map((entry) => entry.replayId))) {
      if ((await redis.hget(keys.replay(replayId), "cancel")) !== "1") continue;
      for (const entry of active) {
        if (entry.replayId === replayId) entry.controller.abort(new Error("the replay was cancelled"));
      }
    }
  }
  const poll = setInterval(() => {
    abortCancelled().catch(onError);
  }, options.cancelPollMs ?? 500);

  return {
    gauge: () => ({
      activeShards: active.size,
      tracesInProgress: [...active].reduce((sum, entry) => sum + entry.traces, 0),
      ...done,
    }),
    async close() {
      closing = true;
      clearInterval(poll);
      // First no new jobs, then let go of the running ones: `close` waits for them.
      if (options.health === undefined) health.close();
      const closed = worker.close();
      for (const entry of active) entry.controller.abort(new Error("the worker is closing"));
      await closed;
      await queue.close();
      client.disconnect();
    },
  };
}
