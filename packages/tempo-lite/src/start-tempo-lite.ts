import { Segments } from "./folder/segments.js";
import { type Listening, listen } from "./http/listen.js";
import type { RouteOptions } from "./http/route.js";
import {
  MAX_ATTRIBUTE_BYTES,
  MAX_OTLP_BODY_BYTES,
  MAX_RESPONSE_BYTES,
  MAX_SEARCH_LIMIT,
  MAX_SEARCH_RANGE_SECONDS,
} from "./limits.js";
import { decodeExportRequest } from "./otlp/decode.js";
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
  /** Attribute values are cut at so many bytes when they come in, default 2,048 as in Tempo. */
  readonly maxAttributeBytes?: number;
  /** Milliseconds that every read waits before its answer, default 0: a slow Tempo for tests. */
  readonly delayMs?: number;
  /** Unix nanoseconds now: spans that start more than a day later are rejected. Default the system's clock. */
  readonly nowNs?: () => bigint;
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
  const segments =
    options.dataDir === undefined
      ? undefined
      : await openFolder(options.dataDir, store, log, options.maxAttributeBytes);
  const routeOptions: RouteOptions = {
    store,
    async keep(body, spans) {
      await segments?.append(body);
      store.add(spans);
    },
    maxResponseBytes: options.maxResponseBytes ?? MAX_RESPONSE_BYTES,
    maxSearchLimit: options.maxSearchLimit ?? MAX_SEARCH_LIMIT,
    maxSearchRangeSeconds: options.maxSearchRangeSeconds ?? MAX_SEARCH_RANGE_SECONDS,
    maxOtlpBodyBytes: options.maxOtlpBodyBytes ?? MAX_OTLP_BODY_BYTES,
    maxAttributeBytes: options.maxAttributeBytes ?? MAX_ATTRIBUTE_BYTES,
    nowNs: options.nowNs ?? (() => BigInt(Date.now()) * 1_000_000n),
    delayMs: options.delayMs ?? 0,
  };
  const onError = (error: unknown) =>
    log({
      level: "error",
      message: "a request failed inside tempo-lite",
      error: error instanceof Error ? error.stack : error,
    });
  const servers: Listening[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
    await segments?.close();
  };
  try {
    servers.push(await listen(httpPort, host, routeOptions, onError));
    if (otlpPort !== httpPort || otlpPort === 0) servers.push(await listen(otlpPort, host, routeOptions, onError));
  } catch (error) {
    await close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    url: servers[0]?.url ?? "",
    otlpUrl: servers.at(-1)?.url ?? "",
    figures: () => store.figures(),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** Opens the folder and reads what it holds. A torn segment, as a kill in the middle of a write leaves it, is reported and passed over. */
async function openFolder(
  folder: string,
  store: TraceStore,
  log: (entry: TempoLiteLogEntry) => void,
  maxAttributeBytes: number | undefined,
): Promise<Segments> {
  const segments = await Segments.open(folder);
  try {
    const rejected: string[] = [];
    const torn = await segments.replay((request) => {
      const received = decodeExportRequest(request, store.interner, { maxAttributeBytes });
      store.add(received.spans);
      rejected.push(...received.rejected);
    });
    if (rejected.length > 0) {
      log({
        level: "warn",
        message: "spans of the data folder were left out: an earlier version took what this one rejects",
        folder,
        spans: rejected.length,
        first: rejected[0],
      });
    }
    for (const segment of torn) {
      log({
        level: "warn",
        message: "a segment of the data folder ends in the middle of a request; the rest was read",
        folder,
        ...segment,
      });
    }
    log({ level: "info", message: "data folder read", folder, ...store.figures() });
    return segments;
  } catch (error) {
    await segments.close();
    throw error;
  }
}
