import type { Log } from "@betrace/contracts";
import type { ApiConfig } from "./settings.js";

/** A running API. */
export interface Api {
  /** Where it answers, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /** Stops accepting, finishes what is in flight (at most the grace time), closes the queue and Redis. Safe to call twice. */
  close(): Promise<void>;
}

/** Starts the REST service; resolves once it listens, whether or not Redis and Tempo answer. */
export async function startApi(config: ApiConfig, deps: { readonly log: Log }): Promise<Api> {
  deps.log.info("starting", { port: config.port });
  throw new Error("not built yet");
}
