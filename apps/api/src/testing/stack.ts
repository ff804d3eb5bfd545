import { type LocalRedis, startLocalRedis } from "@betrace/local-redis";
import { startTempoLite, type TempoLite } from "@betrace/tempo-lite";
import { parseWorkerConfig, startWorker } from "@betrace/worker";
import { parseApiConfig } from "../settings.js";
import { startApi } from "../start.js";
import { type RecordedLine, recordingLog } from "./recording-log.js";

/** An answer with its body read. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly body: any;
}

/** Redis, a trace store, a worker and the API, over real sockets on free ports. */
export interface TestStack {
  readonly url: string;
  readonly redis: LocalRedis;
  readonly tempo: TempoLite;
  readonly lines: readonly RecordedLine[];
  /** Sends a body the way `curl -d` does: as a form, whatever it is. */
  call(method: string, path: string, body?: unknown): Promise<Reply>;
  /** Polls a replay until it has ended. */
  untilEnded(statusPath: string): Promise<Reply["body"]>;
  close(): Promise<void>;
}

/** Starts the stack; `env` is added to the settings of the API and the worker, and a `gate` stands between them and the trace store. */
export async function startTestStack(
  env: Readonly<Record<string, string>> = {},
  gate?: { readonly url: string; target: string },
): Promise<TestStack> {
  const { log, lines } = recordingLog();
  const { BETRACE_TEST_REDIS: kind, PATH: path = "" } = process.env;
  const redis = await startLocalRedis({ path: kind === "embedded" ? "" : path });
  const tempo = await startTempoLite({ httpPort: 0, otlpPort: 0 });
  if (gate !== undefined) gate.target = tempo.url;
  const settings = {
    REDIS_URL: redis.url,
    TEMPO_URL: gate?.url ?? tempo.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: tempo.otlpUrl,
    PORT: "0",
    SHUTDOWN_GRACE: "5s",
    ...env,
  };
  const worker = await startWorker(parseWorkerConfig(settings), { log });
  const api = await startApi(parseApiConfig(settings), { log });
  const call = caller(api.url);
  return {
    url: api.url,
    redis,
    tempo,
    lines,
    call,
    async untilEnded(statusPath) {
      for (let i = 0; i < 300; i += 1) {
        const { body } = await call("GET", statusPath);
        if (["completed", "failed", "cancelled"].includes(body.status)) return body;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`${statusPath} did not end within 15 s`);
    },
    async close() {
      await api.close();
      await worker.close();
      await tempo.close();
      await redis.close();
    },
  };
}

/** Calls an API; the body goes out as a form, as from `curl -d`. */
export function caller(baseUrl: string): TestStack["call"] {
  return async (method, path, body) => {
    const answer = await fetch(`${baseUrl}${path}`, {
      method,
      ...(body !== undefined && {
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
      }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  };
}
