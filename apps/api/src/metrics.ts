import type { Log } from "@betrace/contracts";
import type { ApiDeps } from "./deps.js";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** What Prometheus scrapes from the API. */
export interface Metrics {
  readonly contentType: string;
  /** Counts one answered request. */
  answered(method: string, path: string, status: number, seconds: number): void;
  /** The text of a scrape. If Redis does not answer, `betrace_redis_up` is 0 and what comes from Redis is left out. */
  render(log: Log): Promise<string>;
}

/** Rules that have a series of their own, in order of id: a scrape stays small however many rules there are. */
const MAX_RULES = 200;

/** The API's own metrics, with what Redis knows of the queue, the replays and their violations read at each scrape. */
export function createMetrics({
  queue,
  replays,
  rules,
  health,
}: Pick<ApiDeps, "queue" | "replays" | "rules" | "health">): Metrics {
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
    help: "1 if Redis answered this scrape and takes writes.",
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
  const ended = new Counter({
    name: "betrace_replays_ended_total",
    help: "How often replays ended, since the first; a retried one ends again. incomplete: some part of the range was not read in full.",
    labelNames: ["status", "incomplete"],
    registers: [registry],
  });
  const violations = new Gauge({
    name: "betrace_violations_stored",
    help: `Violations stored of a rule over all replays, each trace once; severity is the rule's as it stands. The first ${MAX_RULES} rules by id.`,
    labelNames: ["rule_id", "severity"],
    registers: [registry],
  });
  const fromRedis = [jobs, active, ended, violations];
  async function read() {
    const [counts, byStatus, endings, queueText, { items }] = await Promise.all([
      queue.counts(),
      replays.activeCounts(),
      replays.endedCounts(),
      queue.prometheus(),
      rules.list({ limit: MAX_RULES }),
    ]);
    const stored = await replays.storedCounts(items.map((rule) => rule.id));
    return { counts, byStatus, endings, queueText, rules: items, stored };
  }
  /** In one go, so that two scrapes at a time do not add up. */
  function show(found: Awaited<ReturnType<typeof read>> | undefined, takesWrites: boolean): void {
    for (const metric of fromRedis) metric.reset();
    redisUp.set(found !== undefined && takesWrites ? 1 : 0);
    if (found === undefined) return;
    for (const [state, count] of Object.entries(found.counts)) jobs.set({ state }, count);
    for (const [status, count] of Object.entries(found.byStatus)) active.set({ status }, count);
    for (const { state, incomplete, count } of found.endings) {
      ended.inc({ status: state, incomplete: String(incomplete) }, count);
    }
    for (const [index, { id, severity }] of found.rules.entries()) {
      violations.set({ rule_id: id, severity }, found.stored[index] ?? 0);
    }
  }
  return {
    contentType: registry.contentType,
    answered: (method, path, status, seconds) => requests.observe({ method, path, status }, seconds),
    async render(log) {
      const [found, fault] = await Promise.all([
        read().catch((error: unknown) => {
          if (!health.note(error)) log.warn("metrics without Redis", { error });
          return undefined;
        }),
        health.prove(),
      ]);
      show(found, fault === undefined);
      return `${await registry.metrics()}${found?.queueText ?? ""}`;
    },
  };
}
