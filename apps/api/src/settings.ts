import {
  durationSetting,
  integerSetting,
  parseSettings,
  type SettingValues,
  sharedSettings,
  textSetting,
  urlSetting,
} from "@betrace/contracts";

const DAY_MS = 86_400_000;

/** Everything the API reads from its environment. The operating guide's table is made from this. */
export const apiSettings = {
  port: integerSetting({
    env: "PORT",
    fallback: "8080",
    min: 0,
    max: 65_535,
    means: "Where the API listens; 0 takes a free port.",
  }),
  host: textSetting({
    env: "HOST",
    fallback: "127.0.0.1",
    means:
      "The interface the API listens on. `0.0.0.0` (needed in a container) makes it reachable from outside; the API has no authentication of its own, so put one in front.",
  }),
  ...sharedSettings,
  redisTimeoutMs: durationSetting({
    env: "REDIS_TIMEOUT",
    fallback: "2s",
    minMs: 50,
    maxMs: 60_000,
    means: "A call that Redis does not answer within it fails with 503. A refused connection fails at once.",
  }),
  shardDurationMs: durationSetting({
    env: "SHARD_DURATION",
    fallback: undefined,
    minMs: 60_000,
    maxMs: DAY_MS,
    means:
      "Length of a shard if the request does not say `shard_seconds`. Not set: a day, or less if earlier replays found so many traces that a day would hold more than a million. Shorter shards spread better over workers and lose less in a crash, but each one makes Tempo open all blocks that overlap it.",
  }),
  replayRetentionMs: durationSetting({
    env: "REPLAY_RETENTION",
    fallback: "90d",
    minMs: 3_600_000,
    maxMs: 3_660 * DAY_MS,
    means: "How long an ended replay and its violations are kept in Redis. Longer costs memory in Redis.",
  }),
  rateLimitPerMinute: integerSetting({
    env: "RATE_LIMIT_PER_MINUTE",
    unit: "requests per client address",
    fallback: "6000",
    min: 0,
    max: 10_000_000,
    means:
      "Above it a client gets 429 with `Retry-After`; 0 turns it off. `/health`, `/ready` and `/metrics` are not counted.",
  }),
  maxOpenReplays: integerSetting({
    env: "MAX_OPEN_REPLAYS",
    unit: "replays",
    fallback: "200",
    min: 1,
    max: 100_000,
    means:
      "Replays that may be queued, running or paused at a time; one more is refused with 429 `too_many_replays`. Each costs memory in Redis (about 250 bytes a shard) until it has ended and its retention is over.",
  }),
  maxEventStreams: integerSetting({
    env: "MAX_EVENT_STREAMS",
    unit: "streams per process",
    fallback: "200",
    min: 0,
    max: 100_000,
    means:
      "`/v1/replays/{id}/events` that one process serves at a time; one more is refused with 503 `too_many_streams`. Each holds a socket; all streams of one replay share one reader of Redis.",
  }),
  grafanaUrl: urlSetting({
    env: "GRAFANA_URL",
    schemes: ["http", "https"],
    fallback: undefined,
    means:
      "Grafana as browsers reach it, e.g. `https://grafana.example.com`. The console links traces to it; not set: it has no such links.",
  }),
  grafanaTempoDatasourceUid: textSetting({
    env: "GRAFANA_TEMPO_DATASOURCE_UID",
    fallback: undefined,
    means:
      "Uid of the Tempo datasource in that Grafana (it stands in the address of the datasource's settings page). Not set: links leave the choice to Grafana.",
  }),
  trustedProxies: integerSetting({
    env: "TRUSTED_PROXIES",
    unit: "number of proxies",
    fallback: "0",
    min: 0,
    max: 10,
    means:
      "How many proxies in front are believed about the client's address (`X-Forwarded-For`). Too low: all clients share one rate limit. Too high: a client can invent its address.",
  }),
} as const;

export type ApiConfig = SettingValues<typeof apiSettings>;

/**
 * The API's configuration from an environment.
 * @throws SettingsError naming every problem at once.
 */
export function parseApiConfig(env: Readonly<Record<string, string | undefined>>): ApiConfig {
  return parseSettings(apiSettings, env);
}
