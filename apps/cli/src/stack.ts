import { join } from "node:path";
import { type Api, parseApiConfig, startApi } from "@betrace/api";
import type { Log } from "@betrace/contracts";
import { startLocalRedis } from "@betrace/local-redis";
import { startTempoLite } from "@betrace/tempo-lite";
import { parseWorkerConfig, startWorker } from "@betrace/worker";
import { CommandError, EXIT } from "./exit-codes.js";
import { choosePorts } from "./ports.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface StackOptions {
  readonly env: Environment;
  /** Where rules, replays and traces are kept; undefined: nothing is. */
  readonly dataDir: string | undefined;
  readonly ports: StackPorts;
  readonly log: Log;
  /** Told what a person has to know before anything else, a line at a time. */
  readonly say?: (line: string) => void;
  /** Ends the start between two of its steps, with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * `free`: any but the usual ones. Else those that were asked for; where none was, the usual one (8080, 3200, 4318) or
 * the next free one.
 */
export type StackPorts =
  | "free"
  | { readonly api: number | undefined; readonly tempo: number | undefined; readonly otlp: number | undefined };

/** All of BeTrace in this process. */
export interface Stack {
  readonly apiUrl: string;
  readonly redis: { readonly url: string; readonly origin: string };
  readonly tempo: { readonly url: string; readonly otlpUrl: string; readonly embedded: boolean };
  /** Sentences for a person: what outlives the process, and what does not. */
  readonly kept: readonly string[];
  /** How long {@link Stack.close} lets work in flight finish, milliseconds. */
  readonly graceMs: number;
  /** Ends everything that was started here, in the reverse order. */
  close(): Promise<void>;
}

const USUAL_PORTS = { api: 8080, tempo: 3200, otlp: 4318 } as const;
/** The embedded Redis answers between the other work of this process: a pause is no outage. */
const EMBEDDED_REDIS_TIMEOUT = "30s";
/** The embedded store has no limit of live traces to stay below. */
const EMBEDDED_VIOLATIONS_PER_SECOND = "100000";

/**
 * Starts Redis, Tempo, the worker and the API, each only where the environment names none: `REDIS_URL` and `TEMPO_URL`
 * win, else a redis-server on the PATH or the embedded one, and the embedded trace store.
 *
 * @throws SettingsError on a bad environment; CommandError where a port that was asked for is taken; Error when a part cannot start. What had been started is ended again.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env, dataDir, log, signal } = options;
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    // A bad setting is said before anything starts.
    const { shutdownGraceMs: graceMs } = parseWorkerConfig(env);
    parseApiConfig(env);
    const ports = await portsFor(options);

    signal?.throwIfAborted();
    const redis = await startRedis(env, dataDir, log);
    closers.push(redis.close);
    signal?.throwIfAborted();
    const tempo = await startTempo(env, dataDir, ports);
    closers.push(tempo.close);
    const settings = {
      ...env,
      REDIS_URL: redis.url,
      TEMPO_URL: tempo.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: tempo.otlpUrl,
      PORT: String(ports.api),
      ...(redis.origin === "embedded" ? { REDIS_TIMEOUT: env.REDIS_TIMEOUT ?? EMBEDDED_REDIS_TIMEOUT } : {}),
      ...(tempo.embedded ? { VIOLATIONS_PER_SECOND: env.VIOLATIONS_PER_SECOND ?? EMBEDDED_VIOLATIONS_PER_SECOND } : {}),
    };
    signal?.throwIfAborted();
    const worker = await startWorker(parseWorkerConfig(settings), { log });
    let api: Api | undefined;
    // Side by side: each may need all of the grace.
    closers.push(async () => {
      await Promise.all([api?.close(), worker.close()]);
    });
    api = await startApi(parseApiConfig(settings), { log });
    signal?.throwIfAborted();
    return {
      apiUrl: api.url,
      redis: { url: redis.url, origin: redis.origin },
      tempo: { url: tempo.url, otlpUrl: tempo.otlpUrl, embedded: tempo.embedded },
      kept: [redis.kept, tempo.kept],
      graceMs,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Numbers to listen at; those of the trace store are not used where the environment names a Tempo. */
async function portsFor({ env, ports, say = () => undefined }: StackOptions) {
  if (ports === "free") return { api: 0, tempo: 0, otlp: 0 };
  if (env.TEMPO_URL && (ports.tempo ?? ports.otlp) !== undefined) {
    throw new CommandError(
      EXIT.usage,
      "--tempo-port and --otlp-port are of the embedded trace store, and TEMPO_URL names a Tempo to use instead: leave out the one or the other",
    );
  }
  if (!env.TEMPO_URL && env.OTEL_EXPORTER_OTLP_ENDPOINT) {
    say(
      "OTEL_EXPORTER_OTLP_ENDPOINT is not used: without TEMPO_URL, violation spans stay in the embedded trace store.",
    );
  }
  const { api, tempo, otlp } = await choosePorts({
    api: {
      usual: USUAL_PORTS.api,
      wanted: ports.api ?? (env.PORT ? Number(env.PORT) : undefined),
      askedBy: "--port",
      what: "the API and the console answer",
    },
    ...(env.TEMPO_URL
      ? {}
      : {
          tempo: {
            usual: USUAL_PORTS.tempo,
            wanted: ports.tempo,
            askedBy: "--tempo-port",
            what: "the trace store answers",
          },
          otlp: { usual: USUAL_PORTS.otlp, wanted: ports.otlp, askedBy: "--otlp-port", what: "traces go in" },
        }),
  });
  for (const chosen of [api, tempo, otlp]) if (chosen?.moved !== undefined) say(chosen.moved);
  if (api.moved !== undefined) say(`  Other commands find it by BETRACE_URL=http://127.0.0.1:${api.port}`);
  return { api: api.port, tempo: tempo?.port ?? 0, otlp: otlp?.port ?? 0 };
}

interface RedisPart {
  readonly url: string;
  readonly origin: string;
  readonly kept: string;
  close(): Promise<void>;
}

async function startRedis(env: Environment, dataDir: string | undefined, log: Log): Promise<RedisPart> {
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
    onLost: (how) =>
      log.error("the redis-server that was started here has ended; stop BeTrace and start it again", { how }),
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
  ports: { readonly tempo: number; readonly otlp: number },
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
    httpPort: ports.tempo,
    otlpPort: ports.otlp,
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
