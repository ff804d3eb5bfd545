import { MAX_REQUEST_BYTES, type UserLimit } from "@betrace/contracts";

/** The bounds of this app in one place. */
export const LIMITS = {
  /** Largest body that is read, after decompression, bytes. A rule is at most 64 KiB. */
  maxBodyBytes: MAX_REQUEST_BYTES,
  /** How long an idle connection is kept for its client's next request, milliseconds: longer than the minute that proxies keep theirs. */
  keepAliveMs: 75_000,
  /**
   * Requests that change something or open an event stream taken up per turn of the event loop, so that reads are
   * answered meanwhile.
   */
  maxPacedPerTurn: 4,
  /** How long a dry run may read Tempo for its estimate, milliseconds. */
  dryRunProbesMs: 2_000,
  /** Longest range that a rule is tried on, seconds: 24 h. */
  maxTrySeconds: 86_400,
  /** How long a try may go on, milliseconds; what it found by then is its answer. */
  tryMs: 30_000,
  /** Tries that one process runs at a time. */
  maxTries: 4,
  /** Spans of one trace in an answer, the earliest. */
  maxTraceSpans: 2_000,
  /** How long Tempo may take over one trace that somebody wants to see, milliseconds. */
  traceReadMs: 10_000,
  /** How long Tempo may take to name attributes or values, milliseconds; the answer comes without them then. */
  attributesMs: 3_000,
  /** How long such an answer serves for those who ask the same, milliseconds. */
  attributesFreshMs: 60_000,
  /** Attribute names of one scope, and values of one attribute, in an answer. */
  maxAttributes: 1_000,
  /** Longest range that is looked at for them, seconds: 24 h. */
  maxAttributesSeconds: 86_400,
  /** How often a replay that somebody watches is read, milliseconds: so many updates at most reach a stream. */
  eventPollMs: 500,
  /** A stream that said nothing for so long says a comment, milliseconds, for proxies that close what is idle. */
  eventHeartbeatMs: 15_000,
  /** What may wait for a client that does not read, bytes; a slower one is cut off and may come back. */
  maxStreamBacklogBytes: 262_144,
} as const;

/** Those that a user can meet: the operating guide shows them (`npm run docs:operating`). */
export const API_USER_LIMITS: readonly UserLimit[] = [
  {
    what: "Body of a request, unpacked",
    most: LIMITS.maxBodyBytes,
    unit: "bytes",
    passed: "413 `body_too_large`",
  },
  {
    what: "Range that a rule is tried on (`POST /v1/rules/try`)",
    most: LIMITS.maxTrySeconds,
    unit: "s",
    passed: "400 `range_too_long`; replay the rule over more",
  },
  {
    what: "Time of a try",
    most: LIMITS.tryMs,
    unit: "ms",
    passed: "It answers with what it has read, the newest part of the range, and `stopped` says why",
  },
  { what: "Tries at once in one API process", most: LIMITS.maxTries, passed: "429 `too_many_tries`" },
  {
    what: "Spans that `GET /v1/traces/{trace_id}` shows",
    most: LIMITS.maxTraceSpans,
    passed: "It shows the earliest, and `cut` says so",
  },
];
