import pLimit from "p-limit";
import { Pool } from "undici";
import { type MemoryBudget, memoryBudget } from "../memory-budget.js";
import type { PlanMemory } from "../plan-memory.js";
import { DEFAULT_SPANS_PER_SPAN_SET, ERROR_BODY_BYTES, MAX_JSON_BYTES } from "../limits.js";
import { TooDense } from "../too-dense.js";
import { type BodySink, readBody, wholeBody } from "./body.js";
import { classifyStatus } from "./classify.js";
import { TempoError } from "./error.js";
import { type ResolvedTempoOptions, resolveOptions, type TempoClientOptions } from "./options.js";
import { parseRetryAfter, withRetries } from "./retry.js";

/** What a piece of work took from Tempo; counted while it runs, every try included. */
export interface Meter {
  requests: number;
  bytes: number;
}

/** A success: the whole body, and what kind of body the server says it is. */
export interface TempoAnswer {
  readonly body: Buffer;
  /** Lower case, without parameters. */
  readonly contentType: string;
}

export interface GetOptions {
  readonly signal: AbortSignal;
  readonly meter?: Meter | undefined;
  /** False where the caller has a better answer to a time-out than asking the same again. Default true. */
  readonly retryTimeouts?: boolean;
  /** Asks for JSON only, where that is all that is decoded. */
  readonly jsonOnly?: boolean;
}

/** What this server turned out to allow, learned from its answers and refusals; shared by all work of a client. */
export interface LearnedLimits {
  resultLimit: number;
  spansPerSpanSet: number;
  queryBytes: number;
  /** Whether searches were answered in JSON although protobuf was asked for: all servers before 2.10; undefined before the first answer. */
  answersJson: boolean | undefined;
  /** Of the last part of a window that was listed; undefined before. */
  tracesPerSecond: number | undefined;
  /** Spans that a second of a window had, as the memory counts them, by the filter that they satisfy. */
  readonly spansPerSecond: Map<string, number>;
  /** Whether some trace had more than `LONG_TRACE_SPANS` spans that satisfy a filter, by its text. */
  readonly longTraces: Map<string, boolean>;
  /** What was seen of each pair of filters, by their texts. */
  readonly plans: Map<string, PlanMemory>;
}

/** One Tempo, one tenant, one request budget. Safe for concurrent use; close it to free its connections. */
export interface TempoClient {
  readonly options: ResolvedTempoOptions;
  readonly learned: LearnedLimits;
  /** Traces that may be in memory, shared by all scans of this client. */
  readonly memory: MemoryBudget;
  /** Spans that may be in memory of traces that are read whole beside the scans. */
  readonly wholeTraces: MemoryBudget;
  /** One GET below the base URL, retried; resolves for 200 only. Prefers protobuf, takes JSON. Throws {@link TempoError}. */
  get(path: string, query: URLSearchParams | undefined, options: GetOptions): Promise<TempoAnswer>;
  /**
   * As `get`, and the body goes to a sink as it comes, one opened for each try: `contentType` as in {@link TempoAnswer}. An answer
   * that the sink finds malformed (a `protocol` error: a proxy may have cut it) is asked for again.
   */
  read<T>(
    path: string,
    query: URLSearchParams | undefined,
    options: GetOptions,
    open: (contentType: string) => BodySink<T>,
  ): Promise<T>;
  /** Resolves when Tempo says that it is ready; one try, throws {@link TempoError} otherwise. */
  ready(signal?: AbortSignal): Promise<void>;
  /** Waits for requests in flight, then frees the connections. */
  close(): Promise<void>;
}

/** Opens no connection until the first request. Throws a `RangeError` or `TypeError` for options that cannot work. */
export function createTempoClient(given: TempoClientOptions): TempoClient {
  const options = resolveOptions(given);
  const base = new URL(options.url);
  const prefix = base.pathname.replace(/\/+$/, "");
  const pool = new Pool(base.origin, {
    connections: options.maxConcurrentRequests,
    headersTimeout: options.requestTimeoutMs,
    bodyTimeout: options.requestTimeoutMs,
    connectTimeout: Math.min(options.requestTimeoutMs, 10_000),
  });
  const budget = pLimit(options.maxConcurrentRequests);
  const largeBodies = memoryBudget(1);
  const headers: Record<string, string> = { accept: "application/protobuf, application/json;q=0.5" };
  if (options.tenant !== undefined) headers["x-scope-orgid"] = options.tenant;
  if (options.bearerToken !== undefined) headers.authorization = `Bearer ${options.bearerToken}`;

  async function once<T>(
    path: string,
    query: URLSearchParams | undefined,
    { signal: caller, meter, jsonOnly }: GetOptions,
    open: (contentType: string) => BodySink<T>,
  ): Promise<T> {
    caller.throwIfAborted();
    const timer = new AbortController();
    const onAbort = () => timer.abort(caller.reason);
    caller.addEventListener("abort", onAbort, { once: true });
    let timedOut = false;
    const timeout = setTimeout(() => {
      timedOut = true;
      timer.abort();
    }, options.requestTimeoutMs);
    const where = `GET ${prefix}${path}`;
    const takeTurn = () => largeBodies.take(1, timer.signal);
    try {
      if (meter) meter.requests++;
      const text = query?.toString();
      const answer = await pool.request({
        method: "GET",
        path: `${prefix}${path}${text ? `?${text}` : ""}`,
        headers: jsonOnly ? { ...headers, accept: "application/json" } : headers,
        signal: timer.signal,
      });
      if (answer.statusCode !== 200) {
        const body = await readBody(answer.body, ERROR_BODY_BYTES, wholeBody(String), takeTurn).catch(() => undefined);
        const retryAfter = answer.headers["retry-after"];
        const retryAfterMs = parseRetryAfter(typeof retryAfter === "string" ? retryAfter : undefined, options.now());
        throw classifyStatus(answer.statusCode, body?.value ?? "", where, retryAfterMs);
      }
      const type = answer.headers["content-type"];
      const contentType = (typeof type === "string" ? type : "").split(";")[0]?.trim().toLowerCase() ?? "";
      const { maxResponseBytes } = options;
      const maxBytes = contentType.includes("protobuf") ? maxResponseBytes : Math.min(maxResponseBytes, MAX_JSON_BYTES);
      const { value, bytes } = await readBody(answer.body, maxBytes, open(contentType), takeTurn);
      if (meter) meter.bytes += bytes;
      return value;
    } catch (error) {
      if (error instanceof TempoError || error instanceof TooDense) throw error;
      caller.throwIfAborted();
      throw networkError(error, where, timedOut, options);
    } finally {
      clearTimeout(timeout);
      caller.removeEventListener("abort", onAbort);
    }
  }

  const read: TempoClient["read"] = (path, query, asked, open) =>
    withRetries(
      () => budget(() => once(path, query, asked, open)),
      { ...options, now: () => performance.now() },
      asked.signal,
      (error) => asked.retryTimeouts !== false || error.kind !== "timeout",
    );

  return {
    options,
    learned: {
      resultLimit: options.maxResultLimit,
      spansPerSpanSet: DEFAULT_SPANS_PER_SPAN_SET,
      queryBytes: options.maxQueryBytes,
      answersJson: undefined,
      tracesPerSecond: undefined,
      spansPerSecond: new Map(),
      longTraces: new Map(),
      plans: new Map(),
    },
    memory: memoryBudget(options.maxTracesInMemory),
    wholeTraces: memoryBudget(options.maxSpansInMemory),
    read,
    get: (path, query, asked) =>
      read(path, query, asked, (contentType) => wholeBody((body) => ({ body, contentType }))),
    ready: async (signal = new AbortController().signal) => {
      await budget(() => once("/ready", undefined, { signal }, () => wholeBody(() => undefined)));
    },
    close: () => pool.close(),
  };
}

const TIMEOUT_CODES = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "UND_ERR_CONNECT_TIMEOUT"]);

function networkError(error: unknown, where: string, timedOut: boolean, options: ResolvedTempoOptions): TempoError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (timedOut || TIMEOUT_CODES.has(code)) {
    return new TempoError(
      "timeout",
      `No complete answer to ${where} at ${options.url} within ${options.requestTimeoutMs} ms.`,
      {
        retryable: true,
        cause: error,
      },
    );
  }
  return new TempoError("unreachable", `No answer to ${where} at ${options.url}: ${reasonOf(error, code)}`, {
    retryable: true,
    cause: error,
  });
}

/** What broke a connection, and what to do. */
function reasonOf(error: unknown, code: string): string {
  if (/^(EPROTO|ERR_SSL_)/.test(code)) {
    return "no TLS connection could be made. Does that port speak TLS? If it does not, write http:// in TEMPO_URL.";
  }
  const said = (error instanceof Error ? error.message || code : String(error)).trim();
  if (/CERT|SIGNATURE/.test(code)) {
    return `its certificate is not trusted (${said}). NODE_EXTRA_CA_CERTS names the file of a CA of your own.`;
  }
  // What a port that wants TLS does when it is spoken to without.
  if (code === "UND_ERR_SOCKET") return `${said}. Is Tempo running there, and does that port want https://?`;
  return `${said}. Is Tempo running there?`;
}
