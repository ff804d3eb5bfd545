import { choiceSetting, durationSetting, integerSetting, textSetting, urlSetting } from "./setting.js";

const HOUR_MS = 3_600_000;

/** What the API and the workers must agree on, or may set alike: Redis, Tempo, logging, shutdown. */
export const sharedSettings = {
  redisUrl: urlSetting({
    env: "REDIS_URL",
    schemes: ["redis", "rediss"],
    fallback: "redis://127.0.0.1:6379",
    secret: "password",
    means:
      "Rules, ledgers and the queue live here. Run it with AOF and `maxmemory-policy noeviction`: an evicted key is a lost replay. The same for every process.",
  }),
  redisPrefix: textSetting({
    env: "REDIS_PREFIX",
    fallback: "betrace",
    means: "First part of every key, so that two installations can share one Redis. The same for every process.",
  }),
  tempoUrl: urlSetting({
    env: "TEMPO_URL",
    schemes: ["http", "https"],
    fallback: "http://127.0.0.1:3200",
    secret: "password",
    means: "Tempo's HTTP API (the query frontend in a distributed installation).",
  }),
  tempoTenant: textSetting({
    env: "TEMPO_TENANT",
    fallback: undefined,
    means: "Sent as `X-Scope-OrgID`. Needed if Tempo runs with `multitenancy_enabled`; one tenant per installation.",
  }),
  tempoToken: textSetting({
    env: "TEMPO_TOKEN",
    fallback: undefined,
    secret: "value",
    means: "Sent as `Authorization: Bearer ...` to Tempo. Never logged.",
  }),
  tempoMaxConcurrentRequests: integerSetting({
    env: "TEMPO_MAX_CONCURRENT_REQUESTS",
    unit: "requests per process",
    fallback: "8",
    min: 1,
    max: 1_000,
    means:
      "The most requests that one process keeps open at Tempo, whatever its number of shards. Multiply by the worker replicas: raising it makes a replay faster until Tempo answers 429 and dashboards slow down.",
  }),
  tempoRequestTimeoutMs: durationSetting({
    env: "TEMPO_REQUEST_TIMEOUT",
    fallback: "45s",
    minMs: 100,
    maxMs: HOUR_MS,
    means:
      "How long one request to Tempo may take before its window is split in two. Keep it above Tempo's own limit (30 s), so that Tempo's answer says what was wrong.",
  }),
  tempoTracePaddingMs: durationSetting({
    env: "TEMPO_TRACE_PADDING",
    fallback: "5m",
    minMs: 0,
    maxMs: 24 * HOUR_MS,
    means:
      "The longest trace expected. Every window is read this much wider on both sides; spans of a longer trace can be missed, a larger value reads more twice.",
  }),
  tempoSettleTimeMs: durationSetting({
    env: "TEMPO_SETTLE_TIME",
    fallback: "1h",
    minMs: 0,
    maxMs: 7 * 24 * HOUR_MS,
    means:
      "Data younger than this may still move inside Tempo. A replay that reaches into it says so in `unsettled`; lower it only if your Tempo flushes blocks sooner.",
  }),
  logLevel: choiceSetting({
    env: "LOG_LEVEL",
    values: ["error", "warn", "info", "debug"],
    fallback: "info",
    means: "Logs are JSON lines on stdout. `debug` adds probes and scrapes.",
  }),
  shutdownGraceMs: durationSetting({
    env: "SHUTDOWN_GRACE",
    fallback: "20s",
    minMs: 0,
    maxMs: HOUR_MS,
    means:
      "How long SIGTERM waits for work in flight. Shards cut off by it are run again elsewhere and count once. Keep it below the orchestrator's own limit (30 s in Kubernetes).",
  }),
} as const;
