import {
  DEFAULT_FEW_WITNESS_TRACES,
  DEFAULT_MAX_ATTEMPTS,
  DEFAULT_MAX_CONCURRENT_REQUESTS,
  DEFAULT_MAX_QUERY_BYTES,
  DEFAULT_MAX_RESPONSE_BYTES,
  DEFAULT_MAX_RESULT_LIMIT,
  DEFAULT_MAX_RETRY_AFTER_MS,
  DEFAULT_MAX_RETRY_TIME_MS,
  DEFAULT_MAX_SPANS_IN_MEMORY,
  DEFAULT_MAX_SPANS_PER_TRACE,
  DEFAULT_MAX_TRACES_IN_MEMORY,
  DEFAULT_PADDING_MS,
  DEFAULT_REQUEST_TIMEOUT_MS,
  DEFAULT_SETTLE_TIME_MS,
  TRACE_SHARE,
} from "../limits.js";

/** How to reach one Tempo and how hard to press it. Defaults stand in `limits.ts`. */
export interface TempoClientOptions {
  /** Base URL of the query API, e.g. `http://tempo:3200` or `https://host/tempo`. */
  readonly url: string;
  /** Sent as `X-Scope-OrgID`. One tenant at a time; default none. */
  readonly tenant?: string | undefined;
  /** Sent as `Authorization: Bearer …`; default none. */
  readonly bearerToken?: string | undefined;
  /** Requests in flight; default 4. More takes Tempo's query capacity from its other users. */
  readonly maxConcurrentRequests?: number | undefined;
  /** Milliseconds for one try, body included; default 45,000. Below Tempo's own limit (30 s) windows are split needlessly. */
  readonly requestTimeoutMs?: number | undefined;
  /** Tries of one request; default 6. */
  readonly maxAttempts?: number | undefined;
  /** Milliseconds after which no new try starts; default 120,000. Longer holds a shard's lock longer. */
  readonly maxRetryTimeMs?: number | undefined;
  /** Milliseconds; a longer `Retry-After` is thrown to the caller; default 60,000. */
  readonly maxRetryAfterMs?: number | undefined;
  /** Bytes of one answer; default 64 MiB, of JSON never more than 16 MiB. One answer of more than 4 MiB at a time is held before it is decoded. */
  readonly maxResponseBytes?: number | undefined;
  /** `limit` of a search; default 262,144, Tempo's own cap. A server with a lower cap is obeyed. */
  readonly maxResultLimit?: number | undefined;
  /** Bytes of one TraceQL text; default 100 KiB. Lower it behind a proxy with short URLs; answers of 414 do so by themselves. */
  readonly maxQueryBytes?: number | undefined;
  /**
   * Milliseconds; default 300,000. The longest time expected between a trace's first span and the start of any part of it
   * that Tempo stored apart. A trace with a wider gap may be decided twice or without its late part.
   */
  readonly paddingMs?: number | undefined;
  /** Milliseconds; default 3,600,000. Windows that reach into younger data are reported as unsettled. */
  readonly settleTimeMs?: number | undefined;
  /** Traces held at once, over all scans of this client; default 200,000, about 7 MB, and what their spans take. */
  readonly maxTracesInMemory?: number | undefined;
  /** Spans held at once, likewise; default 300,000, about 150 MB with a few attributes each. */
  readonly maxSpansInMemory?: number | undefined;
  /** Spans held of one trace; default 200,000, or two thirds of `maxSpansInMemory`. A trace of which more are needed is not decided. */
  readonly maxSpansPerTrace?: number | undefined;
  /**
   * Default 20,000. Witnesses of fewer traces than this are read at once; where there are more, other plans are looked at. Zero looks
   * at them first, always.
   */
  readonly fewWitnessTraces?: number | undefined;
  /** Unix milliseconds; default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** `[0, 1)`, for jitter; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** {@link TempoClientOptions} with every default filled in. */
export type ResolvedTempoOptions = {
  readonly [K in keyof TempoClientOptions]-?: K extends "tenant" | "bearerToken"
    ? string | undefined
    : Exclude<TempoClientOptions[K], undefined>;
};

const MAY_BE_ZERO: ReadonlySet<string> = new Set<keyof TempoClientOptions>([
  "paddingMs",
  "settleTimeMs",
  "maxRetryTimeMs",
  "maxRetryAfterMs",
  "fewWitnessTraces",
]);

/** Fills in defaults; throws a `RangeError` that names the option for a number that cannot work. */
export function resolveOptions(options: TempoClientOptions): ResolvedTempoOptions {
  const maxSpansInMemory = options.maxSpansInMemory ?? DEFAULT_MAX_SPANS_IN_MEMORY;
  const resolved: ResolvedTempoOptions = {
    url: options.url,
    tenant: options.tenant,
    bearerToken: options.bearerToken,
    maxConcurrentRequests: options.maxConcurrentRequests ?? DEFAULT_MAX_CONCURRENT_REQUESTS,
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    maxAttempts: options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
    maxRetryTimeMs: options.maxRetryTimeMs ?? DEFAULT_MAX_RETRY_TIME_MS,
    maxRetryAfterMs: options.maxRetryAfterMs ?? DEFAULT_MAX_RETRY_AFTER_MS,
    maxResponseBytes: options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
    maxResultLimit: options.maxResultLimit ?? DEFAULT_MAX_RESULT_LIMIT,
    maxQueryBytes: options.maxQueryBytes ?? DEFAULT_MAX_QUERY_BYTES,
    paddingMs: options.paddingMs ?? DEFAULT_PADDING_MS,
    settleTimeMs: options.settleTimeMs ?? DEFAULT_SETTLE_TIME_MS,
    maxTracesInMemory: options.maxTracesInMemory ?? DEFAULT_MAX_TRACES_IN_MEMORY,
    maxSpansInMemory,
    maxSpansPerTrace:
      options.maxSpansPerTrace ?? Math.min(DEFAULT_MAX_SPANS_PER_TRACE, Math.ceil(maxSpansInMemory * TRACE_SHARE)),
    fewWitnessTraces: options.fewWitnessTraces ?? DEFAULT_FEW_WITNESS_TRACES,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
  };
  for (const [name, value] of Object.entries(resolved)) {
    if (typeof value !== "number") continue;
    const least = MAY_BE_ZERO.has(name) ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`Tempo client option ${name}: expected a whole number of at least ${least}, found ${value}`);
    }
  }
  return resolved;
}
