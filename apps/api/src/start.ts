import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CONSOLE_FOLDER } from "@betrace/console";
import type { Log } from "@betrace/contracts";
import { createReplays, createRuleStore, createShardQueue, systemClock, systemIds, watchRedis } from "@betrace/replay";
import { createTempoClient } from "@betrace/tempo";
import type { ApiDeps } from "./deps.js";
import { createApp } from "./http/app.js";
import type { Route } from "./http/route.js";
import { LIMITS } from "./limits.js";
import { createMetrics } from "./metrics.js";
import { firstConnection, impatientRedisOptions } from "./redis.js";
import { complianceRoutes } from "./routes/compliance.js";
import { attributeRoutes } from "./routes/attributes.js";
import { replayEvents } from "./routes/replay-events.js";
import { replayRoutes } from "./routes/replays.js";
import { ruleRoutes } from "./routes/rules.js";
import { serviceRoutes } from "./routes/service.js";
import { traceRoutes } from "./routes/traces.js";
import { tryRoutes } from "./routes/try.js";
import { validateRoutes } from "./routes/validate.js";
import { violationRoutes } from "./routes/violations.js";
import type { ApiConfig } from "./settings.js";
import { VERSION } from "./version.js";

/** A running API. */
export interface Api {
  /** Where it answers, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /** Stops accepting, finishes what is in flight (at most the grace time), closes the queue and Redis. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts the REST service; resolves once it listens, whether or not Redis and Tempo answer. Rejects if the port is
 * taken.
 */
export async function startApi(config: ApiConfig, { log }: { readonly log: Log }): Promise<Api> {
  const redisOptions = impatientRedisOptions(config.redisTimeoutMs);
  const redis = await firstConnection(config.redisUrl, redisOptions);
  const keyPrefix = `${config.redisPrefix}:`;
  const queuePrefix = `${config.redisPrefix}-bull`;
  const health = watchRedis({ log, keyPrefix, queuePrefix });
  health.watch(redis);
  const queue = createShardQueue({
    connection: { url: config.redisUrl, options: redisOptions },
    queuePrefix,
    health,
  });
  const clock = systemClock;
  const rules = createRuleStore({ redis, clock, keyPrefix });
  const replays = createReplays({
    redis,
    queue,
    ruleStore: rules,
    clock,
    ids: systemIds,
    keyPrefix,
    settleSeconds: config.tempoSettleTimeMs / 1_000,
    retentionMs: config.replayRetentionMs,
    maxOpenReplays: config.maxOpenReplays,
  });
  const tempo = createTempoClient({
    url: config.tempoUrl,
    tenant: config.tempoTenant,
    bearerToken: config.tempoToken,
    maxConcurrentRequests: config.tempoMaxConcurrentRequests,
    requestTimeoutMs: config.tempoRequestTimeoutMs,
    paddingMs: config.tempoTracePaddingMs,
    settleTimeMs: config.tempoSettleTimeMs,
  });
  const shardSeconds = config.shardDurationMs === undefined ? undefined : config.shardDurationMs / 1_000;
  const grafana = { url: config.grafanaUrl, tempoDatasourceUid: config.grafanaTempoDatasourceUid };
  const deps: ApiDeps = { rules, replays, queue, health, tempo, clock, log, shardSeconds, grafana };
  const events = replayEvents(deps, config.maxEventStreams);
  const metrics = createMetrics({ queue, replays, rules, health });
  const app = createApp({
    routes: allRoutes(deps, metrics, events.routes),
    log,
    rateLimitPerMinute: config.rateLimitPerMinute,
    trustedProxies: config.trustedProxies,
    consoleFolder: CONSOLE_FOLDER,
    onAnswered: metrics.answered,
    noteOutage: (thrown) => health.note(thrown),
  });
  const closeConnections = async () => {
    health.close();
    await Promise.allSettled([queue.close(), tempo.close()]);
    redis.disconnect();
  };
  const server = createServer({ keepAliveTimeout: LIMITS.keepAliveMs }, app);
  try {
    await listen(server, config.port, config.host);
  } catch (error) {
    await closeConnections();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`;
  log.info("api listens", { url });
  let closing: Promise<void> | undefined;
  return {
    url,
    port,
    close: () => {
      events.close();
      closing ??= stop(server, config.shutdownGraceMs).then(closeConnections);
      return closing;
    },
  };
}

/** Every route of the API; the router and the OpenAPI document are made from the same list. */
function allRoutes(
  deps: ApiDeps,
  metrics: ReturnType<typeof createMetrics>,
  events: readonly Route[],
): readonly Route[] {
  const domain = [
    ...validateRoutes(),
    ...ruleRoutes(deps),
    ...replayRoutes(deps),
    ...events,
    ...violationRoutes(deps),
    ...complianceRoutes(deps),
    ...traceRoutes(deps),
    ...tryRoutes(deps),
    ...attributeRoutes(deps),
  ];
  return [...serviceRoutes(deps, metrics, VERSION, domain), ...domain];
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

async function stop(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
