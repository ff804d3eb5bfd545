import type { UserLimit } from "@betrace/contracts";

/** The bounds of this package in one place. Every one can be raised by whoever builds the parts; the defaults are here. */
export const LIMITS = {
  /** Longest range of one replay: 400 days, a year with room. */
  maxRangeSeconds: 400 * 86_400,
  /** Most shards in one replay; a shard costs about 250 bytes in Redis. */
  maxShardsPerReplay: 10_000,
  /** Most replays that are queued, running or paused at a time. */
  maxOpenReplays: 200,
  /** Replays that one process accepts at the same time; further ones wait for their turn. */
  maxSubmitsAtOnce: 4,
  /** Most rules evaluated in one pass. */
  maxRulesPerReplay: 100,
  /** Shortest shard: below a minute the queue costs more than the scan. */
  minShardSeconds: 60,
  /** Longest shard: one Tempo search may not span more than 168 h, padding included. */
  maxShardSeconds: 86_400,
  /** Violations kept per replay for listing; counts stay exact beyond it. */
  maxStoredViolationsPerReplay: 10_000,
  /** Acknowledged violation spans of one replay that are looked for in the store afterwards; about 80 bytes each in Redis until then. */
  maxReadBackPerReplay: 100_000,
  /** How long after the end of a replay, and after each look, the store gets to show what it acknowledged, milliseconds. */
  readBackAfterMs: 30_000,
  /** Looks before what is missing is written once more, and again before it is called missing. */
  readBackLooks: 3,
  /** Looks in a row that may fail, with pauses of 1, 2, 4 … minutes (an hour at most) between them, before the question is given up. */
  maxReadBackFailures: 8,
  /** Violations kept per rule over all replays; the oldest go first. */
  maxStoredViolationsPerRule: 100_000,
  /** Incomplete windows spelled out in a status; the count stays exact beyond it. */
  maxListedIncompleteWindows: 200,
  /** Incomplete windows that a retry reads one by one; a shard with more of them is read again as a whole. */
  maxHolesPerShard: 100,
  /** Time buckets in a status. */
  maxBuckets: 96,
  /** Attempts that a shard may spend on errors before its window is given up as incomplete. */
  maxShardFailures: 5,
  /** Workers that a shard may take down (claimed, never heard of again) before it is quarantined. */
  maxShardCrashes: 5,
  /** How long an idempotency key is remembered, milliseconds: 24 h. */
  idempotencyMs: 86_400_000,
  /** How long a finished replay is kept, milliseconds: 90 days. */
  retentionMs: 90 * 86_400_000,
  /** Items on one page of any list. */
  defaultPageSize: 100,
  maxPageSize: 1_000,
  /** Replays that a compliance report looks at, the newest of all. */
  maxReplaysPerReport: 10_000,
  /** Stored violations that a compliance report reads; counts beyond it are said to be at least so many. */
  maxViolationsPerReport: 100_000,
  /** Violations looked at for one page of a list that is filtered by service or severity. */
  maxFilteredViolations: 10_000,
  /** Violations written to Redis in one call. */
  violationChunk: 200,
  /**
   * How long Redis may leave a command without an answer before its connection is taken for dead and made again,
   * milliseconds. Above the longest time that BullMQ blocks (10 s), and below a job's lock.
   */
  redisSilenceMs: 20_000,
  /** How long Redis may take to prove that it takes writes, milliseconds. */
  redisProofMs: 1_500,
  /** A proof is made at most once in this time, however many ask; milliseconds. */
  redisProofFreshMs: 1_000,
  /** A Redis that cannot be used is tried again after this, then after twice as long each time, milliseconds... */
  redisFirstRetryMs: 500,
  /** ...up to this... */
  redisRetryMs: 5_000,
  /** ...or up to this if it refused again within a minute after it had been usable. */
  redisRelapseMs: 30_000,
  /** How long a job that only a newer release can read waits before it is offered to the workers again, milliseconds. */
  newerJobPauseMs: 5_000,
  /**
   * Jobs added to the queue in one call: between two, Redis and this process answer others. Ten thousand take no longer
   * in tens than in hundreds.
   */
  jobChunk: 10,
  /** Traces held of one shard before it is split in two. */
  maxTracesPerShard: 2_000_000,
} as const;

/** Those that a user can meet: the operating guide shows them (`npm run docs:operating`). */
export const REPLAY_USER_LIMITS: readonly UserLimit[] = [
  { what: "Items of a list's page", most: LIMITS.maxPageSize, passed: "400; go on at `next_cursor`" },
  { what: "Range of a replay", most: LIMITS.maxRangeSeconds, unit: "s", passed: "400 `range_too_long`" },
  { what: "Rules of a replay", most: LIMITS.maxRulesPerReplay, passed: "400 `too_many_rules`" },
  {
    what: "Length of a shard",
    from: LIMITS.minShardSeconds,
    most: LIMITS.maxShardSeconds,
    unit: "s",
    passed: "400 `shard_length_invalid`",
  },
  {
    what: "Shards of a replay",
    most: LIMITS.maxShardsPerReplay,
    passed: "400 `too_many_shards`: ask for longer shards",
  },
  {
    what: "Attempts of a shard that end in an error",
    most: LIMITS.maxShardFailures,
    passed: "Its window is incomplete, with the last error; `retry` begins again",
  },
  {
    what: "Workers lost over one shard",
    most: LIMITS.maxShardCrashes,
    passed: "Its window is incomplete; `retry` begins again",
  },
  {
    what: "Incomplete windows in a status",
    most: LIMITS.maxListedIncompleteWindows,
    passed: "Others only count in `incomplete_window_count`; `retry` reads all of them",
  },
  {
    what: "Violations listed of one replay",
    most: LIMITS.maxStoredViolationsPerReplay,
    passed:
      "Others are counted and written to Tempo, and not listed: compare `violations_found` with `violations_stored`",
  },
  {
    what: "Violations listed of one rule",
    most: LIMITS.maxStoredViolationsPerRule,
    passed: "The oldest leave the list; their spans stay in Tempo",
  },
  {
    what: "Violations that a compliance report reads",
    most: LIMITS.maxViolationsPerReport,
    passed: "It says `violations_exact: false`, and never `no_violations`",
  },
];
