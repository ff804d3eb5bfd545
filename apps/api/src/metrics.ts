import type { Log } from "@betrace/contracts";
import type { Replays, ShardQueue } from "@betrace/replay";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What Prometheus scrapes from the API. */
export interface Metrics {
  readonly contentType: string;
  /** Counts one answered request. */
  answered(method: string, path: string, status: number, seconds: number): void;
  /** The text of a scrape. Where Redis does not answer, `betrace_redis_up` is 0 and what comes from Redis is left out. */
  render(log: Log): Promise<string>;
}

/** The API's own metrics, with the queue's depth and the running replays read at each scrape. */
export function createMetrics(queue: ShardQueue, replays: Replays): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "betrace_http_request_duration_seconds",
    help: "Time to answer a request, by route.",
    labelNames: ["method", "path", "status"],
    buckets: [0.005, 0.025, 0.1, 0.5, 1, 2.5],
    registers: [registry],
  });
  const redisUp = new Gauge({
    name: "betrace_redis_up",
    help: "1 where Redis answered this scrape.",
    registers: [registry],
  });
  const jobs = new Gauge({
    name: "betrace_queue_jobs",
    help: "Shard jobs by what the queue does with them; scale workers by waiting plus active.",
    labelNames: ["state"],
    registers: [registry],
  });
  const active = new Gauge({
    name: "betrace_replays",
    help: "Replays that have not ended.",
    labelNames: ["status"],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    answered: (method, path, status, seconds) => requests.observe({ method, path, status }, seconds),
    async render(log) {
      jobs.reset();
      active.reset();
      let queueText = "";
      try {
        const [counts, byStatus, text] = await Promise.all([
          queue.counts(),
          replays.activeCounts(),
          queue.prometheus(),
        ]);
        for (const [state, count] of Object.entries(counts)) jobs.set({ state }, count);
        for (const [status, count] of Object.entries(byStatus)) active.set({ status }, count);
        queueText = text;
        redisUp.set(1);
      } catch (error) {
        log.warn("metrics without Redis", { error });
        redisUp.set(0);
      }
      return `${await registry.metrics()}${queueText}`;
    },
  };
}
