import type { UserLimit } from "@betrace/contracts";

/**
 * Every number of this package in one place. If a number comes from Tempo's own defaults, the comment names the
 * setting; a server configured otherwise is handled by reading its errors, not by these constants.
 */

/** Requests in flight to Tempo from one client. Raising it shortens a scan and takes query capacity from dashboards. */
export const DEFAULT_MAX_CONCURRENT_REQUESTS = 4;

/** Tempo gives up on a query after 30 s (`server.http_server_write_timeout`); a little more, so that its own answer wins. */
export const DEFAULT_REQUEST_TIMEOUT_MS = 45_000;

/** Tries of one request, the first included. */
export const DEFAULT_MAX_ATTEMPTS = 6;

/** No new try starts later than this after the first one. */
export const DEFAULT_MAX_RETRY_TIME_MS = 120_000;

/** A `Retry-After` above this is handed to the caller instead of waited for. */
export const DEFAULT_MAX_RETRY_AFTER_MS = 60_000;

/** First back-off step; the wait is random in `[0, base * 2^n]`, capped by {@link RETRY_CAP_MS}. */
export const RETRY_BASE_MS = 200;
export const RETRY_CAP_MS = 10_000;

/** Bytes of one answer held in memory. Tempo caps one job's answer at 16 MiB (`server.grpc_server_max_send_msg_size`), not the sum. */
export const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024;

/** As much of an answer as may be held undecoded by any number of requests at once; one at a time may hold more. */
export const LARGE_BODY_BYTES = 4 * 1024 * 1024;

/** Bytes of one answer in JSON: parsed, it takes about ten times as much. Answers in protobuf are decoded in pieces, or without a copy. */
export const MAX_JSON_BYTES = 16 * 1024 * 1024;

/** Characters of an unexpected body shown in an error. */
export const ERROR_BODY_CHARS = 200;

/** Bytes read from the body of an error answer. */
export const ERROR_BODY_BYTES = 64 * 1024;

/** Tempo's `query_frontend.search.max_result_limit` default. */
export const DEFAULT_MAX_RESULT_LIMIT = 262_144;

/** Spans asked for per span set; under `by(span:id)` a set holds the copies of one span. Tempo's cap is 100 (`max_spans_per_span_set`). */
export const DEFAULT_SPANS_PER_SPAN_SET = 4;
export const MAX_SPANS_PER_SPAN_SET = 100;

/** The longest gap expected between a trace's first span and the start of any other part of it. */
export const DEFAULT_PADDING_MS = 5 * 60_000;

/** Data younger than this may still move between Tempo's write path and its blocks. */
export const DEFAULT_SETTLE_TIME_MS = 60 * 60_000;

/** Bytes of one TraceQL text; Tempo's `max_query_expression_size_bytes` is 128 KiB, the rest is room for what surrounds an id list. */
export const DEFAULT_MAX_QUERY_BYTES = 100 * 1024;

/** An id list is not halved below this when the server calls the query too long. */
export const MIN_IDS_PER_QUERY = 16;

/** Traces held in memory at once by all scans of a client; a denser window is scanned in parts, one after the other. */
export const DEFAULT_MAX_TRACES_IN_MEMORY = 200_000;

/** If the density is known, a unit is cut so that it holds this share of the traces that may be held. */
export const UNIT_SHARE = 0.75;

/** So many parts of windows are read side by side at most; each may hold as large a share of the spans. */
export const SCANS_SIDE_BY_SIDE = 4;

/** Tempo is asked for whole seconds: a smaller unit would read no less. */
export const SHORTEST_UNIT_NS = 1_000_000_000n;

/**
 * A trace with more spans than this that satisfy a filter is read by id: grouping by span id makes a set of each, and Tempo holds every set
 * against all before it (`combineSearchResults`).
 */
export const LONG_TRACE_SPANS = 150;

/** Spans held in memory at once, likewise; {@link BYTES_PER_SPAN} each. */
export const DEFAULT_MAX_SPANS_IN_MEMORY = 300_000;

/** What a span with a few attributes takes of the heap; one with long texts counts for as many spans as it takes of these. */
export const BYTES_PER_SPAN = 500;

/** Spans of one trace that are held. A trace of which more are needed is skipped and named, and its neighbours are decided. */
export const DEFAULT_MAX_SPANS_PER_TRACE = 200_000;

/** Where fewer spans may be in memory, one trace may have this share of them: something must be left for its neighbours. */
export const TRACE_SHARE = 2 / 3;

/** Traces handed to the consumer at a time. */
export const TRACES_PER_BATCH = 512;

/** The longest window sent in one search, seconds; larger windows cost Tempo less in sum. Its own cap is 168 h (`query_frontend.search.max_duration`). */
export const MAX_SEARCH_WINDOW_SECONDS = 48 * 3600;

/** The longest range of a search that is not split: an hour below Tempo's own cap. */
export const MAX_SEARCH_RANGE_SECONDS = 167 * 3600;

/** Halvings in a row for the reason that Tempo timed out. An overloaded server times out at every size: this ends it. */
export const MAX_TIMEOUT_SPLITS = 5;

/** Traces of one unit that time out by id: so many are taken to be giants; of more, the server is overloaded, and the unit fails. */
export const MAX_TIMED_OUT_TRACES = 3;

/** Re-reads of a window whose answer says that not all its jobs were completed, before it is split. */
export const MAX_SHORT_ANSWER_READS = 2;

/** Levels of splitting by trace id prefix once a window is a second long: 15 parts, then 16 of each. */
export const MAX_ID_PREFIX_LEVELS = 2;

/**
 * Witnesses of fewer traces than this are asked for at once, without looking for a cheaper way: Tempo stops at the limit, so a
 * wrong guess costs at most about a second of its time (50 to 100 µs a trace on 2.10.8), once for a pair of filters.
 */
export const DEFAULT_FEW_WITNESS_TRACES = 20_000;

/** Candidates read in bulk when their id lists need at most this many queries, whatever their share... */
export const MAX_CHEAP_BULK_QUERIES = 2;

/** ...or when they are at most this share of the window's traces. */
export const MAX_CANDIDATE_SHARE = 0.1;

/** Tempo cuts attribute values at this many bytes when it takes them in (`distributor.max_attribute_bytes`). */
export const TEMPO_ATTRIBUTE_BYTES = 2048;

/**
 * Spans that one answer should have, where the density is known: about 4 MB. Of larger answers Tempo makes much garbage (the witnesses of
 * 45 rules over 15,420 traces, 2.10.8, 16 MB: 2,930 ms of its processor time in one answer, 2,420 in four), and its jobs run side by
 * side; of smaller ones it reads the same blocks again for little (3 MB: 560 ms in one answer, 700 in two).
 */
export const SPANS_PER_ANSWER = 12_000;

/** Answers without trouble after which a window of twice the size is tried. */
export const EASY_ANSWERS = 8;

/** Pairs of filters of which it is known how to read them: the rules of a few replays; the oldest are forgotten. */
export const MAX_REMEMBERED_PLANS = 256;

/** Those that a user can meet: the operating guide shows them (`npm run docs:operating`). */
export const TEMPO_USER_LIMITS: readonly UserLimit[] = [
  {
    what: "Spans of one trace that matter to the rules",
    most: DEFAULT_MAX_SPANS_PER_TRACE,
    passed:
      "The trace is skipped: its start is an incomplete window, with its id; all others are decided. `GET /v1/traces/{trace_id}`: 422 `trace_too_large`",
  },
  {
    what: "One trace as Tempo sends it",
    most: DEFAULT_MAX_RESPONSE_BYTES,
    unit: "bytes",
    passed: "The same",
  },
  {
    what: "Traces that begin within one second",
    most: DEFAULT_MAX_TRACES_IN_MEMORY,
    passed: "That second is an incomplete window",
  },
  {
    what: "Spans that matter of the traces of one second",
    most: DEFAULT_MAX_SPANS_IN_MEMORY,
    passed: "That second is an incomplete window",
  },
];
