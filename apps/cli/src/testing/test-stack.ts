import { createPersonLog } from "../log.js";
import { type Environment, type Stack, startStack } from "../stack.js";

/**
 * All of BeTrace on free ports. `BETRACE_TEST_REDIS=embedded` keeps an installed redis-server from being found; `TEMPO_URL` and
 * `OTEL_EXPORTER_OTLP_ENDPOINT` point it at a real Tempo; `REDIS_URL` at a Redis that is there already.
 */
export function startTestStack(extra: Environment = {}): Promise<Stack> {
  const { TEMPO_URL, OTEL_EXPORTER_OTLP_ENDPOINT, REDIS_URL, BETRACE_TEST_REDIS, PATH } = process.env;
  return startStack({
    env: {
      PATH: BETRACE_TEST_REDIS === "embedded" ? "" : PATH,
      TEMPO_URL,
      OTEL_EXPORTER_OTLP_ENDPOINT: TEMPO_URL === undefined ? undefined : OTEL_EXPORTER_OTLP_ENDPOINT,
      REDIS_URL,
      ...extra,
    },
    dataDir: undefined,
    ports: "free",
    log: createPersonLog(process.stderr, "error"),
  });
}
