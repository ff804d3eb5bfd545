import {
  type DryRunAnswer,
  formatTimestamp,
  type ReplayAnswer,
  type ShardAnswer,
  type ViolationAnswer,
} from "@betrace/contracts";
import type { Estimate, ReplayPlan, ReplayStatus, ShardStatus, StoredViolation, Unsettled } from "@betrace/replay";

/** A replay's state as it crosses HTTP. Asked for through one of its rules, `violations_found` is that rule's own. */
export function replayToAnswer(status: ReplayStatus, ruleId?: string): ReplayAnswer {
  const asked = status.rules.find((rule) => rule.ruleId === ruleId);
  const lead = asked ?? status.rules[0];
  return {
    rule_id: lead?.ruleId ?? "",
    status: status.state,
    traces_evaluated: status.tracesEvaluated,
    violations_found: asked?.violationsFound ?? status.violationsFound,
    duration_seconds: status.durationMs / 1_000,
    replay_id: status.replayId,
    rule_version: lead?.ruleVersion ?? 0,
    rules: status.rules.map((rule) => ({
      rule_id: rule.ruleId,
      rule_version: rule.ruleVersion,
      rule_name: rule.name,
      violations_found: rule.violationsFound,
    })),
    start_time: formatTimestamp(status.startNs),
    end_time: formatTimestamp(status.endNs),
    emit: status.emit,
    cancel_requested: status.cancelRequested,
    held_up: status.heldUp ?? null,
    created_at: fromMs(status.acceptedAtMs),
    started_at: orNull(status.startedAtMs, fromMs),
    ended_at: orNull(status.finishedAtMs, fromMs),
    progress: status.progress,
    shards: { ...status.shards },
    in_progress: { traces: status.tracesInProgress },
    first_violation_at: orNull(status.firstViolationNs, formatTimestamp),
    last_violation_at: orNull(status.lastViolationNs, formatTimestamp),
    buckets: status.buckets
      .filter(({ violations }) => violations > 0)
      .map(({ startNs, endNs, violations }) => ({ ...windowOf(startNs, endNs), violations })),
    bucket_grid: gridOf(status.buckets),
    incomplete_windows: status.incompleteWindows.map(({ startNs, endNs, reason }) => ({
      ...windowOf(startNs, endNs),
      reason,
    })),
    incomplete_window_count: status.incompleteWindowCount,
    unsettled: orNull(status.unsettled, unsettledWindow),
    traces_per_second: orNull(status.tracesPerSecond, (rate) => Math.round(rate * 10) / 10),
    eta_seconds: orNull(status.etaSeconds, (seconds) => Math.round(seconds * 10) / 10),
    fetched_by_id: status.fetchedById,
    evaluation_errors: status.evaluationErrors,
    violations_stored: status.violationsStored,
    violations_written: status.violationsWritten,
    violations_missing: status.readBack?.missing ?? null,
    read_back: orNull(status.readBack, (readBack) => ({
      status: readBack.state,
      rewritten: readBack.rewritten,
      complete: readBack.complete,
      checked_at: orNull(readBack.checkedAtMs, fromMs),
      reason: readBack.reason ?? null,
    })),
  };
}

function gridOf(buckets: ReplayStatus["buckets"]): ReplayAnswer["bucket_grid"] {
  const [first] = buckets;
  if (first === undefined) throw new Error("a replay without a single time bucket");
  return {
    start_time: formatTimestamp(first.startNs),
    seconds: Number(first.endNs - first.startNs) / 1e9,
    count: buckets.length,
  };
}

const ESTIMATE_NOTE =
  "An estimate: the probes' traces and times scaled to the range. Traffic that is uneven, and a Tempo that is busier or warmer then, make it wrong.";

/** A plan as it crosses HTTP. */
export function planToAnswer(
  plan: ReplayPlan,
  notPushedDown: DryRunAnswer["not_pushed_down"],
  estimate: Estimate,
): DryRunAnswer {
  return {
    dry_run: true,
    rules: plan.rules.map((rule) => ({ rule_id: rule.ruleId, rule_version: rule.ruleVersion, rule_name: rule.name })),
    ...windowOf(plan.startNs, plan.endNs),
    shards: { total: plan.shards.length },
    shard_seconds: plan.shardSeconds,
    unsettled: orNull(plan.unsettled, unsettledWindow),
    witness_query: plan.witnessQuery ?? null,
    candidate_query: plan.candidateQuery ?? null,
    explanation: [...plan.explanation],
    not_pushed_down: notPushedDown,
    estimate: estimate.kind === "probed" ? estimateToAnswer(estimate) : null,
    estimate_unavailable: estimate.kind === "probed" ? null : estimate.reason,
  };
}

function estimateToAnswer(estimate: Extract<Estimate, { kind: "probed" }>): NonNullable<DryRunAnswer["estimate"]> {
  return {
    traces: estimate.traces,
    requests: estimate.requests,
    seconds: Math.round(estimate.seconds * 10) / 10,
    reading: estimate.reading,
    probes: estimate.probes.map(({ startNs, endNs, traces, requests, ms }) => ({
      ...windowOf(startNs, endNs),
      traces,
      requests,
      milliseconds: Math.round(ms),
    })),
    note: ESTIMATE_NOTE,
  };
}

/** A shard as it crosses HTTP. */
export function shardToAnswer(shard: ShardStatus): ShardAnswer {
  return {
    shard_id: shard.shardId,
    ...windowOf(shard.startNs, shard.endNs),
    status: shard.state,
    claims: shard.claims,
    failures: shard.failures,
    crashes: shard.crashes,
    traces_evaluated: shard.tracesEvaluated,
    violations_found: shard.violationsFound,
    ended_at: orNull(shard.finishedAtMs, fromMs),
    reason: shard.reason ?? null,
  };
}

/** A violation as it crosses HTTP. */
export function violationToAnswer(violation: StoredViolation): ViolationAnswer {
  return {
    violation_id: violation.id,
    rule_id: violation.ruleId,
    rule_name: violation.ruleName,
    rule_version: violation.ruleVersion,
    severity: violation.severity,
    annotations: { ...violation.annotations },
    trace_id: violation.traceId,
    span_id: violation.spanId,
    service: violation.service ?? null,
    start_time: formatTimestamp(violation.startNs),
    duration_ms: Number(violation.durationNs) / 1e6,
    clause: violation.clause,
    witness_span_ids: [...violation.witnessSpanIds],
    witness_count: violation.witnessCount,
    message: violation.message,
    replay_id: violation.replayId,
    detected_at: formatTimestamp(violation.detectedAtNs),
  };
}

function windowOf(startNs: bigint, endNs: bigint): { start_time: string; end_time: string } {
  return { start_time: formatTimestamp(startNs), end_time: formatTimestamp(endNs) };
}

function unsettledWindow({ fromNs, untilNs }: Unsettled): { start_time: string; end_time: string } {
  return windowOf(fromNs, untilNs);
}

function fromMs(unixMs: number): string {
  return formatTimestamp(BigInt(Math.round(unixMs)) * 1_000_000n);
}

function orNull<T, R>(value: T | undefined, map: (value: T) => R): R | null {
  return value === undefined ? null : map(value);
}
