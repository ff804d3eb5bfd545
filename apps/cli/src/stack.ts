import { join } from "node:path";
import { parseApiConfig, startApi } from "@betrace/api";
import type { Log } from "@betrace/contracts";
import { startLocalRedis } from "@betrace/local-redis";
import { startTempoLite } from "@betrace/tempo-lite";
import { parseWorkerConfig, startWorker } from "@betrace/worker";
import { choosePort, type PortChoice } from "./ports.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface StackOptions {
  readonly env: Environment;
  /** Where rules, replays and traces are kept; undefined: nothing is. */
  readonly dataDir: string | undefined;
  /** What to do about the usual ports (8080, 3200, 4318). */
  readonly ports: PortChoice;
  readonly log: Log;
}

/** All of BeTrace in this process. */
export interface Stack {
  readonly apiUrl: string;
  readonly redis: { readonly url: string; readonly origin: string };
  readonly tempo: { readonly url: string; readonly otlpUrl: string; readonly embedded: boolean };
  /** Sentences for a person: what outlives the process, and what does not. */
  readonly kept: readonly string[];
  /** Ends everything that was started here, in the reverse order. */
  close(): Promise<void>;
}

/** The embedded Redis answers between the other work of this process: a pause is no outage. */
const EMBEDDED_REDIS_TIMEOUT = "30s";
/** The embedded store has no limit of live traces to stay below. */
const EMBEDDED_VIOLATIONS_PER_SECOND = "100000";

/**
 * Starts Redis, Tempo, the worker and the API, each only where the environment names none: `REDIS_URL` and `TEMPO_URL`
 * win, else a redis-server on the PATH or the embedded one, and the embedded trace store.
 *
 * @throws SettingsError on a bad environment; Error when a part cannot start. What had been started is ended again.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env, dataDir, log } = options;
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  const port = (wanted: number): Promise<number> => choosePort(wanted, options.ports);
  try {
    // A bad setting is said before anything starts.
    parseWorkerConfig(env);
    const wantedApiPort = parseApiConfig(env).port;

    const redis = await startRedis(env, dataDir);
    closers.push(redis.close);
    const tempo = await startTempo(env, dataDir, port);
    closers.push(tempo.close);
    const settings = {
      ...env,
      REDIS_URL: redis.url,
      TEMPO_URL: tempo.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: tempo.otlpUrl,
      PORT: String(await port(wantedApiPort)),
      ...(redis.origin === "embedded" ? { REDIS_TIMEOUT: env.REDIS_TIMEOUT ?? EMBEDDED_REDIS_TIMEOUT } : {}),
      ...(tempo.embedded ? { VIOLATIONS_PER_SECOND: env.VIOLATIONS_PER_SECOND ?? EMBEDDED_VIOLATIONS_PER_SECOND } : {}),
    };
    const worker = await startWorker(parseWorkerConfig(settings), { log });
    closers.push(() => worker.close());
    const api = await startApi(parseApiConfig(settings), { log });
    closers.push(() => api.close());
    return {
      apiUrl: api.url,
      redis: { url: redis.url, origin: redis.origin },
      tempo: { url: tempo.url, otlpUrl: tempo.otlpUrl, embedded: tempo.embedded },
      kept: [redis.kept, tempo.kept],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface RedisPart {
  readonly url: string;
  readonly origin: string;
  readonly kept: string;
  close(): Promise<void>;
}

async function startRedis(env: Environment, dataDir: string | undefined): Promise<RedisPart> {
  if (env.REDIS_URL) {
    return {
      url: env.REDIS_URL,
      origin: "REDIS_URL",
      kept: "Rules and replays are kept by the Redis that REDIS_URL names.",
      close: async () => undefined,
    };
  }
  const redis = await startLocalRedis({
    path: env.PATH ?? "",
    ...(dataDir === undefined ? {} : { dataDir: join(dataDir, "redis") }),
  });
  return {
    url: redis.url,
    origin: redis.origin,
    kept: redis.persistent
      ? `Rules and replays are kept in ${join(dataDir ?? "", "redis")}.`
      : whyNothingIsKept(redis.origin, dataDir),
    close: () => redis.close(),
  };
}

function whyNothingIsKept(origin: string, dataDir: string | undefined): string {
  if (origin !== "embedded") return "Rules and replays end with this process (--data DIR keeps them).";
  if (dataDir === undefined) {
    return "Rules and replays end with this process: this is the embedded Redis, which keeps nothing.";
  }
  return "Rules and replays end with this process: --data needs a redis-server on the PATH to keep them, and there is none.";
}

interface TempoPart {
  readonly url: string;
  readonly otlpUrl: string;
  readonly embedded: boolean;
  readonly kept: string;
  close(): Promise<void>;
}

async function startTempo(
  env: Environment,
  dataDir: string | undefined,
  port: (wanted: number) => Promise<number>,
): Promise<TempoPart> {
  if (env.TEMPO_URL) {
    return {
      url: env.TEMPO_URL,
      otlpUrl: parseWorkerConfig(env).otlpUrl,
      embedded: false,
      kept: "Traces and violation spans are kept by the Tempo that TEMPO_URL names.",
      close: async () => undefined,
    };
  }
  const tempo = await startTempoLite({
    httpPort: await port(3200),
    otlpPort: await port(4318),
    ...(dataDir === undefined ? {} : { dataDir: join(dataDir, "traces") }),
  });
  return {
    url: tempo.url,
    otlpUrl: tempo.otlpUrl,
    embedded: true,
    kept:
      dataDir === undefined
        ? "Traces end with this process (--data DIR keeps them)."
        : `Traces are kept in ${join(dataDir, "traces")}.`,
    close: () => tempo.close(),
  };
}
