import {
  durationSetting,
  headersSetting,
  integerSetting,
  parseSettings,
  type SettingValues,
  sharedSettings,
  textSetting,
  urlSetting,
} from "@betrace/contracts";

/** Everything a worker reads from its environment. The operating guide's table is made from this. */
export const workerSettings = {
  ...sharedSettings,
  otlpUrl: urlSetting({
    env: "OTEL_EXPORTER_OTLP_ENDPOINT",
    schemes: ["http", "https"],
    fallback: "http://127.0.0.1:4318",
    secret: "password",
    means:
      "OTLP over HTTP (protobuf) that takes the violation spans, `/v1/traces` is added. Usually Tempo's distributor.",
  }),
  otlpHeaders: headersSetting({
    env: "OTEL_EXPORTER_OTLP_HEADERS",
    fallback: "",
    means: "Headers for it, e.g. `X-Scope-OrgID=team-a`. Never logged.",
  }),
  violationsPerSecond: integerSetting({
    env: "VIOLATIONS_PER_SECOND",
    unit: "spans per second and process",
    fallback: "500",
    min: 1,
    max: 1_000_000,
    means:
      "Pace of writing violations. Tempo silently drops spans above its limit of live traces (`max_traces_per_user`, 10,000 by default), so divide by the worker replicas, or raise that limit before this.",
  }),
  readBackAfterMs: durationSetting({
    env: "READ_BACK_AFTER",
    fallback: "30s",
    minMs: 0,
    maxMs: 3_600_000,
    means:
      "How long Tempo gets to show the violation spans that it acknowledged before they are looked for (up to three times); see `violations_missing`. `0s` turns it off: if the spans go to another store than `TEMPO_URL` reads, all would seem to be missing.",
  }),
  workerConcurrency: integerSetting({
    env: "WORKER_CONCURRENCY",
    unit: "shards at once",
    fallback: "4",
    min: 1,
    max: 256,
    means:
      "Shards that one worker process runs at a time. They share `TEMPO_MAX_CONCURRENT_REQUESTS` and the memory for spans, of which four hold a share at a time: raising it further only lengthens a crash's recovery.",
  }),
  workerHost: textSetting({
    env: "WORKER_HOST",
    fallback: "127.0.0.1",
    means: "The interface of the worker's health and metrics port. `0.0.0.0` in a container.",
  }),
  workerPort: integerSetting({
    env: "WORKER_PORT",
    fallback: undefined,
    min: 0,
    max: 65_535,
    means: "Where a worker serves `/health`, `/ready` and `/metrics`; 0 takes a free port. Not set: no port is opened.",
  }),
} as const;

export type WorkerConfig = SettingValues<typeof workerSettings>;

/**
 * A worker's configuration from an environment.
 * @throws SettingsError naming every problem at once.
 */
export function parseWorkerConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  return parseSettings(workerSettings, env);
}
