import {
  durationSetting,
  integerSetting,
  parseSettings,
  type SettingValues,
  sharedSettings,
  textSetting,
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
  maxReplayRangeMs: durationSetting({
    env: "MAX_REPLAY_RANGE",
    fallback: "366d",
    minMs: 1_000,
    maxMs: 3_660 * DAY_MS,
    means: "The longest range one replay may ask for. It bounds the number of shards, not the load on Tempo.",
  }),
  rateLimitPerMinute: integerSetting({
    env: "RATE_LIMIT_PER_MINUTE",
    unit: "requests per client address",
    fallback: "6000",
    min: 0,
    max: 10_000_000,
    means: "Above it a client gets 429 with `Retry-After`; 0 turns it off. `/health` and `/ready` are not counted.",
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
