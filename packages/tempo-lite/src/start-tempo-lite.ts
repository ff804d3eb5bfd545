import { listen } from "./http/listen.js";
import { MAX_OTLP_BODY_BYTES, MAX_RESPONSE_BYTES, MAX_SEARCH_LIMIT, MAX_SEARCH_RANGE_SECONDS } from "./limits.js";
import { type StoreFigures, TraceStore } from "./store/trace-store.js";

/** Something worth telling the person who runs this. */
export interface TempoLiteLogEntry {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly [detail: string]: unknown;
}

export interface TempoLiteOptions {
  /** Port of the query API; 0 takes a free one. Both ports answer everything. */
  readonly httpPort: number;
  /** Port for OTLP/HTTP; 0 takes a free one, equal to `httpPort` (and not 0) shares it. */
  readonly otlpPort: number;
  /** Default 127.0.0.1. There is no authentication: anything wider is open to all who reach it. */
  readonly host?: string;
  /** Folder to keep spans in; without it they live in memory and die with the process. One process at a time. */
  readonly dataDir?: string;
  /** Largest search answer in protobuf bytes, default 16 MiB; past it 500, as in Tempo. */
  readonly maxResponseBytes?: number;
  /** Largest `limit` of a search, default 262,144. */
  readonly maxSearchLimit?: number;
  /** Longest range of a search in seconds, default 168 h as in Tempo; 0 for any. */
  readonly maxSearchRangeSeconds?: number;
  /** Largest OTLP body in bytes, packed or unpacked, default 64 MiB. */
  readonly maxOtlpBodyBytes?: number;
  /** Milliseconds that every read waits before its answer, default 0: a slow Tempo for tests. */
  readonly delayMs?: number;
  readonly log?: (entry: TempoLiteLogEntry) => void;
}

export interface TempoLite {
  /** Base URL of the query API, e.g. `http://127.0.0.1:3200`. */
  readonly url: string;
  /** Base URL for OTLP/HTTP, to which exporters add `/v1/traces`. */
  readonly otlpUrl: string;
  /** How much is held now. */
  figures(): StoreFigures;
  /** Stops both ports, and with a folder writes out what is waiting and gives the folder free. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts an embedded trace store with Tempo's HTTP API. A span is found by every search that starts after its export was
 * acknowledged. Rejects when a port or the folder is taken.
 */
export async function startTempoLite(options: TempoLiteOptions): Promise<TempoLite> {
  const { httpPort, otlpPort, host = "127.0.0.1", log = () => {} } = options;
  const store = new TraceStore();
  const routeOptions = {
    store,
    keep: async (_body: Uint8Array, spans: Parameters<TraceStore["add"]>[0]) => store.add(spans),
    maxResponseBytes: options.maxResponseBytes ?? MAX_RESPONSE_BYTES,
    maxSearchLimit: options.maxSearchLimit ?? MAX_SEARCH_LIMIT,
    maxSearchRangeSeconds: options.maxSearchRangeSeconds ?? MAX_SEARCH_RANGE_SECONDS,
    maxOtlpBodyBytes: options.maxOtlpBodyBytes ?? MAX_OTLP_BODY_BYTES,
    delayMs: options.delayMs ?? 0,
  };
  const onError = (error: unknown) =>
    log({
      level: "error",
      message: "a request failed inside tempo-lite",
      error: error instanceof Error ? error.stack : error,
    });
  const http = await listen(httpPort, host, routeOptions, onError);
  const shared = otlpPort === httpPort && otlpPort !== 0;
  const otlp = shared
    ? http
    : await listen(otlpPort, host, routeOptions, onError).catch(async (error: unknown) => {
        await http.close();
        throw error;
      });
  let closing: Promise<void> | undefined;
  return {
    url: http.url,
    otlpUrl: otlp.url,
    figures: () => store.figures(),
    close() {
      closing ??= (async () => {
        await Promise.all(shared ? [http.close()] : [http.close(), otlp.close()]);
      })();
      return closing;
    },
  };
}
