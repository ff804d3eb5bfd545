import { fileURLToPath } from "node:url";
import type { TempoLite } from "@betrace/tempo-lite";
import { parseWorkerConfig, startWorker } from "@betrace/worker";
import { parseApiConfig } from "../settings.js";
import { startApi } from "../start.js";
import { recordingLog } from "./recording-log.js";
import { runMain } from "./run-main.js";
import { caller, type TestStack } from "./stack.js";

/** An API and a worker on a Redis that a test makes fail. */
export interface Both {
  /** Calls the API. */
  readonly call: TestStack["call"];
  /** Calls the worker's port. */
  readonly callWorker: TestStack["call"];
  /**
   * What both have logged, and written to stderr if they are processes of their own; not what every request and shard
   * leaves.
   */
  lines(): readonly string[];
  /** Ends both and waits for them. */
  end(): Promise<void>;
}

const PER_REQUEST = /"message":"(answered|a shard is done)"/;

const API = fileURLToPath(new URL("../main.ts", import.meta.url));
const WORKER = fileURLToPath(new URL("../../../worker/src/main.ts", import.meta.url));

/** Starts both as processes on free ports; resolves when they listen, whether or not Redis answers. */
export async function startProcesses(
  redisUrl: string,
  tempo: TempoLite,
  env: Readonly<Record<string, string>> = {},
): Promise<Both> {
  const settings = settingsFor(redisUrl, tempo, env);
  const api = runMain(API, settings);
  const worker = runMain(WORKER, settings);
  const [apiListens, workerRuns] = await Promise.all([api.line("api listens"), worker.line("worker runs")]);
  return {
    call: caller(String(apiListens.url)),
    callWorker: caller(`http://127.0.0.1:${workerRuns.port}`),
    lines: () =>
      [worker.stdout(), worker.stderr(), api.stdout(), api.stderr()]
        .flatMap((text) => text.split("\n"))
        .filter((line) => line !== "" && !PER_REQUEST.test(line)),
    async end() {
      for (const main of [api, worker]) main.kill("SIGTERM");
      await Promise.all([api.exited, worker.exited]);
    },
  };
}

/** The same within the test's own process: without two starts of node. */
export async function startBothHere(
  redisUrl: string,
  tempo: TempoLite,
  env: Readonly<Record<string, string>> = {},
): Promise<Both> {
  const settings = settingsFor(redisUrl, tempo, env);
  const { log, lines } = recordingLog();
  const [api, worker] = await Promise.all([
    startApi(parseApiConfig(settings), { log }),
    startWorker(parseWorkerConfig(settings), { log }),
  ]);
  return {
    call: caller(api.url),
    callWorker: caller(`http://127.0.0.1:${worker.port}`),
    lines: () => lines.map((line) => JSON.stringify(line)).filter((line) => !PER_REQUEST.test(line)),
    async end() {
      await Promise.all([api.close(), worker.close()]);
    },
  };
}

function settingsFor(redisUrl: string, tempo: TempoLite, env: Readonly<Record<string, string>>) {
  return {
    REDIS_URL: redisUrl,
    TEMPO_URL: tempo.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: tempo.otlpUrl,
    READ_BACK_AFTER: "0s",
    SHUTDOWN_GRACE: "2s",
    PORT: "0",
    WORKER_PORT: "0",
    ...env,
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
