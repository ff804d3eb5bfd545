import { fileURLToPath } from "node:url";
import type { TempoLite } from "@betrace/tempo-lite";
import { type RunningMain, runMain } from "./run-main.js";
import { caller, type TestStack } from "./stack.js";

/** An API and a worker as processes of their own. */
export interface Processes {
  readonly api: RunningMain;
  readonly worker: RunningMain;
  /** Calls the API. */
  readonly call: TestStack["call"];
  /** Calls the worker's port. */
  readonly callWorker: TestStack["call"];
  /** Ends both and waits for them. */
  end(): Promise<void>;
}

const API = fileURLToPath(new URL("../main.ts", import.meta.url));
const WORKER = fileURLToPath(new URL("../../../worker/src/main.ts", import.meta.url));

/** Starts both on free ports; resolves when they listen, whether or not Redis answers. */
export async function startProcesses(
  redisUrl: string,
  tempo: TempoLite,
  env: Readonly<Record<string, string>> = {},
): Promise<Processes> {
  const settings = {
    REDIS_URL: redisUrl,
    TEMPO_URL: tempo.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: tempo.otlpUrl,
    READ_BACK_AFTER: "0s",
    SHUTDOWN_GRACE: "2s",
    ...env,
  };
  const api = runMain(API, { ...settings, PORT: "0" });
  const worker = runMain(WORKER, { ...settings, WORKER_PORT: "0" });
  const [apiListens, workerRuns] = await Promise.all([api.line("api listens"), worker.line("worker runs")]);
  return {
    api,
    worker,
    call: caller(String(apiListens.url)),
    callWorker: caller(`http://127.0.0.1:${workerRuns.port}`),
    async end() {
      for (const main of [api, worker]) main.kill("SIGTERM");
      await Promise.all([api.exited, worker.exited]);
    },
  };
}

/** Asks again every 50 ms until the answer is as wanted; fails with the last one after `withinMs`. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean, withinMs = 30_000): Promise<T> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > giveUpAt) throw new Error(`not within ${withinMs} ms; the last answer: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
