/** Every number that bounds tempo-lite. Those that Tempo has too carry Tempo's default and the name of its setting. */

/** `limit` where a search names none (`query_frontend.search.default_result_limit`). */
export const DEFAULT_SEARCH_LIMIT = 20;
/** The largest `limit` (`query_frontend.search.max_result_limit`). */
export const MAX_SEARCH_LIMIT = 262_144;
/** `spss` where a search names none (`default_spans_per_span_set`). */
export const DEFAULT_SPANS_PER_SPAN_SET = 3;
/** The largest `spss` (`max_spans_per_span_set`). */
export const MAX_SPANS_PER_SPAN_SET = 100;
/** The longest search range in seconds (`query_frontend.search.max_duration`, 168 h). */
export const MAX_SEARCH_RANGE_SECONDS = 168 * 3600;
/** The longest TraceQL text in bytes (`query_frontend.max_query_expression_size_bytes`, 128 KiB). */
export const MAX_QUERY_BYTES = 128 * 1024;
/** The largest answer of a search in protobuf bytes (gRPC message limit of Tempo's querier, 16 MiB). */
export const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;
/** Attribute values over this many bytes are cut at ingest (`distributor.max_attribute_bytes`). */
export const MAX_ATTRIBUTE_BYTES = 2048;
/** The largest OTLP request body in bytes, both as sent and unpacked. */
export const MAX_OTLP_BODY_BYTES = 64 * 1024 * 1024;
/** The longest request line and headers in bytes, as in Go's HTTP server: a query stands in the URL. Past it 431. */
export const MAX_REQUEST_HEAD_BYTES = 1024 * 1024;
/** Deepest nesting of parentheses in a query. */
export const MAX_QUERY_NESTING = 200;
/** Distinct strings kept once in memory; later ones are kept as they come. */
export const MAX_INTERNED_STRINGS = 200_000;
/** Answers remembered for each regular expression of a query, by the string it was tried on. */
export const MAX_REGEX_MEMO = 50_000;
/** A segment file is closed and the next one begun at this size in bytes. */
export const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;
/** How long received spans may wait for `fsync`, in milliseconds: what a power cut can take. A killed process loses nothing. */
export const FSYNC_INTERVAL_MS = 1000;

/** Those that a user can meet: the operating guide shows them (`npm run docs:operating`). */
export const TRACE_STORE_USER_LIMITS = [
  {
    what: "Body sent to the embedded trace store",
    most: MAX_OTLP_BODY_BYTES,
    unit: "bytes",
    passed: "413; send fewer spans at once",
  },
  {
    what: "Range of one search of the embedded trace store",
    most: MAX_SEARCH_RANGE_SECONDS,
    unit: "s",
    passed: "400, as Tempo",
  },
] as const;
