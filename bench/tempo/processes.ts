import { startLocalRedis } from "@betrace/local-redis";
import { type AppProcess, startApp } from "./app-process.js";

export interface ProcessesOptions {
  readonly tempoUrl: string;
  /** Takes violation spans. */
  readonly otlpUrl: string;
  /** Worker processes; default 1. */
  readonly workers?: number;
  /** More settings, by the names of the operating guide. */
  readonly env?: Readonly<Record<string, string>>;
}

/** BeTrace as it is deployed: a redis-server, the API and workers, each a process. */
export interface Processes {
  readonly apiUrl: string;
  readonly workers: readonly AppProcess[];
  close(): Promise<void>;
}

/** Starts them on free ports with an empty Redis. Their logs are read and dropped; warnings are not hidden by that: a replay that needed them is not `completed`. */
export async function startProcesses(options: ProcessesOptions): Promise<Processes> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    const redis = await startLocalRedis({ path: process.env.PATH ?? "", kind: "server" });
    closers.push(() => redis.close());
    const env = {
      REDIS_URL: redis.url,
      TEMPO_URL: options.tempoUrl,
      OTEL_EXPORTER_OTLP_ENDPOINT: options.otlpUrl,
      RATE_LIMIT_PER_MINUTE: "0",
      ...options.env,
    };
    const workers: AppProcess[] = [];
    for (let i = 0; i < (options.workers ?? 1); i++) {
      const worker = await startApp("apps/worker/src/main.ts", env, "worker runs", ["--max-old-space-size=512"]);
      closers.push(() => worker.close());
      workers.push(worker);
    }
    const api = await startApp("apps/api/src/main.ts", { ...env, PORT: "0" }, "api listens");
    closers.push(() => api.close());
    return { apiUrl: String(api.ready.url), workers, close };
  } catch (error) {
    await close();
    throw error;
  }
}
