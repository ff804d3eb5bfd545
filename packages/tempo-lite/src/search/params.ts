import {
  DEFAULT_SEARCH_LIMIT,
  DEFAULT_SPANS_PER_SPAN_SET,
  MAX_QUERY_BYTES,
  MAX_SPANS_PER_SPAN_SET,
} from "../limits.js";

/** What one search asks for. */
export interface SearchParams {
  /** Undefined: enumerate traces. */
  readonly query: string | undefined;
  readonly limit: number;
  readonly spansPerSpanSet: number;
  /** Undefined: all that is held. */
  readonly window: { readonly startNs: bigint; readonly endNs: bigint } | undefined;
}

export interface SearchBounds {
  readonly maxSearchLimit: number;
  /** 0 for any range. */
  readonly maxSearchRangeSeconds: number;
}

/** A request that no retry will make right. Answered with `status` and the message, in Tempo's words where Tempo has some. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Reads the parameters of `/api/search`. Throws {@link RequestError}. */
export function searchParams(search: URLSearchParams, bounds: SearchBounds): SearchParams {
  for (const name of ["tags", "minDuration", "maxDuration"]) {
    if (search.get(name)) throw new RequestError(400, `${name} is not supported here; use q, a TraceQL query`);
  }
  const start = seconds(search, "start");
  const end = seconds(search, "end");
  const limit = wholeNumber(search, "limit") ?? DEFAULT_SEARCH_LIMIT;
  if (limit <= 0) throw new RequestError(400, "invalid limit: must be a positive number");
  const spss = wholeNumber(search, "spss") ?? DEFAULT_SPANS_PER_SPAN_SET;
  if (spss < 0) throw new RequestError(400, "invalid spss: must be a non-negative number");
  if (end !== 0 && !search.get("start")) {
    const message = "error parsing date range: only one of start and end provided: must provide both or neither";
    throw new RequestError(400, message);
  }
  if ((start !== 0 || end !== 0) && end <= start) {
    throw new RequestError(400, `http parameter start must be before end. received start=${start} end=${end}`);
  }
  if (limit > bounds.maxSearchLimit) {
    throw new RequestError(400, `limit ${limit} exceeds max limit ${bounds.maxSearchLimit}`);
  }
  const range = bounds.maxSearchRangeSeconds;
  if (range > 0 && end - start > range) {
    throw new RequestError(
      400,
      `range specified by start and end exceeds ${range / 3600}h0m0s. received start=${start} end=${end}`,
    );
  }
  if (spss > MAX_SPANS_PER_SPAN_SET) {
    throw new RequestError(400, `spans per span set exceeds ${MAX_SPANS_PER_SPAN_SET}. received ${spss}`);
  }
  const query = search.get("q") || undefined;
  if (query !== undefined && Buffer.byteLength(query, "utf8") > MAX_QUERY_BYTES) {
    throw new RequestError(
      400,
      `TraceQL expression exceeds the configured maximum size of ${MAX_QUERY_BYTES} bytes, reduce the query expression size or contact your system administrator`,
    );
  }
  return {
    query,
    limit,
    spansPerSpanSet: spss === 0 ? DEFAULT_SPANS_PER_SPAN_SET : spss,
    window: searchWindow(search),
  };
}

/** The range of `start` and `end` alone; undefined for all that is held. Throws {@link RequestError}. */
export function searchWindow(search: URLSearchParams): SearchParams["window"] {
  const start = seconds(search, "start");
  const end = seconds(search, "end");
  return end === 0 ? undefined : { startNs: BigInt(start) * 1_000_000_000n, endNs: BigInt(end) * 1_000_000_000n };
}

/** What 32 bits with a sign hold. */
const MAX_SECONDS = 0x7fffffff;

function seconds(search: URLSearchParams, name: "start" | "end"): number {
  const value = wholeNumber(search, name) ?? 0;
  if (value < 0 || value > MAX_SECONDS) {
    const hint = value > 100 * MAX_SECONDS ? "; is it in milliseconds?" : "";
    throw new RequestError(
      400,
      `invalid ${name}: expected Unix seconds from 0 to ${MAX_SECONDS} (2038-01-19), found ${value}${hint}`,
    );
  }
  return value;
}

function wholeNumber(search: URLSearchParams, name: string): number | undefined {
  const text = search.get(name);
  if (text === null || text === "") return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text)) {
    throw new RequestError(400, `invalid ${name}: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}
