export type { ComplianceEvidence, ComplianceSources, RuleEvidence } from "./compliance/report.js";
export { gatherEvidence } from "./compliance/report.js";
export type { ReplayErrorCode } from "./errors.js";
export { ReplayError } from "./errors.js";
export type { Estimate, EstimateOptions, Probe } from "./estimate.js";
export { estimateReplay } from "./estimate.js";
export { keysOf } from "./ledger/keys.js";
export { LIMITS, REPLAY_USER_LIMITS } from "./limits.js";
export type { Log } from "./log.js";
export type { QueueCounts, ShardQueue, ShardQueueOptions } from "./queue/shard-queue.js";
export { createShardQueue } from "./queue/shard-queue.js";
export type { FindTraces, ReadBack, ReadBackOptions } from "./read-back.js";
export { startReadBack } from "./read-back.js";
export type { Reconciled, Reconciler, ReconcilerOptions } from "./reconcile.js";
export { startReconciler } from "./reconcile.js";
export type {
  Bucket,
  Clock,
  Ids,
  IncompleteWindow,
  PinnedRule,
  ReadBackStatus,
  ReplayPlan,
  ReplayRequest,
  ReplayState,
  ReplayStatus,
  RuleSelection,
  ShardState,
  ShardStatus,
  ShardWindow,
  Unsettled,
} from "./replay.js";
export type { EndedCount, Replays, ReplaysOptions, StoredViolation, Submitted, ViolationQuery } from "./replays.js";
export { createReplays } from "./replays.js";
export type { ConnectionOptions, QueueConnection } from "./redis/connection.js";
export { connect as connectRedis } from "./redis/connection.js";
export type { RedisFault, RedisFaultCode } from "./redis/fault.js";
export { redisFault, sayRedisFault } from "./redis/fault.js";
export type { RedisHealth, RedisHealthOptions } from "./redis/health.js";
export { watchRedis } from "./redis/health.js";
export { KEY_COMMANDS, OTHER_COMMANDS } from "./redis/commands.js";
export { readiness } from "./readiness.js";
export type { BucketGrid } from "./plan/buckets.js";
export { bucketGrid, bucketOf } from "./plan/buckets.js";
export type { Page, PageRequest, RuleChange, RuleDraft, RuleVersion, StoredRule } from "./rules/rule.js";
export { isRuleId, RULE_ID_PATTERN } from "./rules/rule-id.js";
export type { RuleStore, RuleStoreOptions } from "./rules/store.js";
export { createRuleStore } from "./rules/store.js";
export type { Decision, Finding, RunningRule } from "./run/evaluate.js";
export { createDecider, readyRules } from "./run/evaluate.js";
export type { ShardDeps, ShardOutcome } from "./run/run-shard.js";
export { runShard } from "./run/run-shard.js";
export type { ShardScan } from "./run/scan-shard.js";
export { scanShard } from "./run/scan-shard.js";
export type { TraceSource } from "./run/trace-source.js";
export { tempoSource } from "./run/trace-source.js";
export { systemClock, systemIds } from "./system.js";
export type { TryProgress, TryRequest, TryResult, TryStop } from "./try-rule.js";
export { readyToTry, tryRule } from "./try-rule.js";
export type { ShardWorker, ShardWorkerOptions, WorkerGauge } from "./worker.js";
export { createShardWorker } from "./worker.js";
