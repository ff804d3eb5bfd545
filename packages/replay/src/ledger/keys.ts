/** In front of every key unless the app says otherwise. */
export const DEFAULT_KEY_PREFIX = "betrace:";

/**
 * Where things stand in Redis, with the prefix in front. The scripts make these names themselves from the prefix and the
 * replay's key, so the ledger needs one Redis, not a cluster.
 *
 * | key | kind | holds |
 * |---|---|---|
 * | `replay:<id>` | hash | totals, plan and pinned rules: all that a status needs |
 * | `replay:<id>:shards` | hash | shard id → JSON of the shard |
 * | `replay:<id>:open` | set | ids of shards that are open or running |
 * | `replay:<id>:order` | sorted set, lexical | `<start ns, 20 digits>:<shard id>` |
 * | `replay:<id>:violations` | sorted set, lexical | `<time ns, 20 digits>:<violation id>`, up to the cap |
 * | `replay:<id>:written` | set | ids of acknowledged violation spans that were not found in Tempo yet |
 * | `read-back` | sorted set | replays whose violations are to be looked for in Tempo, by the time from which they wait, ms |
 * | `replays`, `rule-replays:<rule>` | sorted sets, lexical | `<accepted ms, 15 digits>:<replay id>` |
 * | `active` | set | replays that have not ended |
 * | `ended` | hash | how often a replay ended, by state, with `:incomplete` behind it where something was not read; for metrics |
 * | `violation:<id>` | hash | `at`, `rule`, `json`: one per (rule, version, trace) |
 * | `violations`, `rule-violations:<rule>` | sorted sets, lexical | `<time ns, 20 digits>:<violation id>` |
 * | `replay-expiry` | sorted set | ended replays by when their retention is over, ms |
 * | `violation-expiry` | sorted set | violations by when the retention is over of the replay that found them last, ms |
 * | `idempotency:<key>` | string | replay id and fingerprint of the request |
 * | `density` | string | traces a second in the densest of the latest shards; each commit forgets a tenth of it |
 * | `vtime` | string | priority of the youngest claimed job: the queue's virtual time |
 */
export interface Keys {
  readonly prefix: string;
  replay(id: string): string;
  shards(id: string): string;
  open(id: string): string;
  order(id: string): string;
  replayViolations(id: string): string;
  written(id: string): string;
  readonly readBack: string;
  readonly replays: string;
  ruleReplays(ruleId: string): string;
  readonly active: string;
  readonly ended: string;
  violation(id: string): string;
  readonly violations: string;
  ruleViolations(ruleId: string): string;
  readonly replayExpiry: string;
  readonly violationExpiry: string;
  readonly reconcileLease: string;
  readonly density: string;
}

/** Where everything lies in Redis below a prefix; the only place that spells the names. */
export function keysOf(prefix: string): Keys {
  const replay = (id: string) => `${prefix}replay:${id}`;
  return {
    prefix,
    replay,
    shards: (id) => `${replay(id)}:shards`,
    open: (id) => `${replay(id)}:open`,
    order: (id) => `${replay(id)}:order`,
    replayViolations: (id) => `${replay(id)}:violations`,
    written: (id) => `${replay(id)}:written`,
    readBack: `${prefix}read-back`,
    replays: `${prefix}replays`,
    ruleReplays: (ruleId) => `${prefix}rule-replays:${ruleId}`,
    active: `${prefix}active`,
    ended: `${prefix}ended`,
    violation: (id) => `${prefix}violation:${id}`,
    violations: `${prefix}violations`,
    ruleViolations: (ruleId) => `${prefix}rule-violations:${ruleId}`,
    replayExpiry: `${prefix}replay-expiry`,
    violationExpiry: `${prefix}violation-expiry`,
    reconcileLease: `${prefix}lease:reconcile`,
    density: `${prefix}density`,
  };
}

/** Nanoseconds in 20 digits: text of equal length sorts as the number does, and no float touches it. */
export function lexicalNs(ns: bigint): string {
  return ns.toString().padStart(20, "0");
}

/** Milliseconds in 15 digits. */
export function lexicalMs(ms: number): string {
  return String(Math.trunc(ms)).padStart(15, "0");
}
