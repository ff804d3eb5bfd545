import type { Log } from "@betrace/contracts";
import {
  connectRedis,
  createShardQueue,
  createShardWorker,
  startReadBack,
  startReconciler,
  systemClock,
  watchRedis,
} from "@betrace/replay";
import { createTempoClient, findTraces } from "@betrace/tempo";
import { createViolationWriter } from "@betrace/violations";
import { type StatusServer, serveStatus } from "./serve-status.js";
import type { WorkerConfig } from "./settings.js";

/** How long a worker that is told to end hopes for a Redis that is not there, milliseconds. */
const WITHOUT_REDIS_MS = 1_000;

/** A running worker. */
export interface Worker {
  /** The health and metrics port; undefined if none was asked for. */
  readonly port: number | undefined;
  /** Takes no more shards, gives running ones back, then closes every connection, all within the grace time. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts one worker process's loop. If Redis does not answer yet it waits for it, as long as that takes. Rejects if the
 * port is taken.
 */
export async function startWorker(config: WorkerConfig, { log }: { readonly log: Log }): Promise<Worker> {
  const keyPrefix = `${config.redisPrefix}:`;
  const queuePrefix = `${config.redisPrefix}-bull`;
  // A worker has nothing better to do than wait for Redis, so no command ever gives up.
  const patient = { maxRetriesPerRequest: null };
  const connection = { url: config.redisUrl, options: patient };
  const redis = connectRedis(connection);
  const health = watchRedis({ log, keyPrefix, queuePrefix });
  health.watch(redis);
  const tempo = createTempoClient({
    url: config.tempoUrl,
    tenant: config.tempoTenant,
    bearerToken: config.tempoToken,
    maxConcurrentRequests: config.tempoMaxConcurrentRequests,
    requestTimeoutMs: config.tempoRequestTimeoutMs,
    paddingMs: config.tempoTracePaddingMs,
    settleTimeMs: config.tempoSettleTimeMs,
  });
  const writer = createViolationWriter({
    url: config.otlpUrl,
    headers: config.otlpHeaders,
    pace: { spansPerSecond: config.violationsPerSecond },
  });
  const queue = createShardQueue({ connection, queuePrefix, health });
  const worker = createShardWorker({
    redis,
    connection,
    tempo,
    writer,
    clock: systemClock,
    log,
    health,
    concurrency: config.workerConcurrency,
    keyPrefix,
    queuePrefix,
  });
  const reconciler = startReconciler({ redis, queue, clock: systemClock, log, health, keyPrefix });
  const readBack =
    config.readBackAfterMs === 0
      ? undefined
      : startReadBack({
          redis,
          find: (request) => findTraces(tempo, request),
          writer,
          clock: systemClock,
          log,
          health,
          keyPrefix,
          afterMs: config.readBackAfterMs,
        });
  let status: StatusServer | undefined;
  const closeInOrder = async () => {
    health.close();
    await Promise.all([reconciler.close(), readBack?.close()]);
    await worker.close();
    await Promise.allSettled([queue.close(), writer.close(), tempo.close(), status?.close()]);
  };
  const close = () => {
    // Without Redis there is nobody to give a shard back to.
    const patienceMs =
      redis.status === "ready" ? config.shutdownGraceMs : Math.min(WITHOUT_REDIS_MS, config.shutdownGraceMs);
    return within(patienceMs, closeInOrder(), log).finally(() => redis.disconnect());
  };
  if (config.workerPort !== undefined) {
    const watched = { gauge: () => worker.gauge(), health, tempo };
    try {
      status = await serveStatus(config.workerHost, config.workerPort, watched);
    } catch (error) {
      await close();
      throw error;
    }
  }
  log.info("worker runs", { concurrency: config.workerConcurrency, port: status?.port });

  let closing: Promise<void> | undefined;
  return {
    port: status?.port,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Waits for the work, but no longer than told: what is cut off is run again elsewhere and counts once. */
async function within(ms: number, work: Promise<void>, log: Log): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), ms);
  });
  const outcome = await Promise.race([work, late]);
  clearTimeout(timer);
  if (outcome === "late")
    log.warn("shards could not be given back in time; they are run again elsewhere and count once", { ms });
}
