import type { Log } from "@betrace/contracts";
import type { WorkerConfig } from "./settings.js";

/** A running worker. */
export interface Worker {
  /** The health and metrics port; undefined where none was asked for. */
  readonly port: number | undefined;
  /** Takes no more shards, lets running ones finish within the grace time, then closes every connection. Safe to call twice. */
  close(): Promise<void>;
}

/** Starts one worker process's loop; resolves once it takes shards. */
export async function startWorker(config: WorkerConfig, deps: { readonly log: Log }): Promise<Worker> {
  deps.log.info("starting", { concurrency: config.workerConcurrency });
  throw new Error("not built yet");
}
