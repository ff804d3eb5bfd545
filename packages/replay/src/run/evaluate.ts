import type { SpanRef, Trace, TraceViolation, Violation } from "@betrace/contracts";
import { type CompiledRule, createRuleIndex, TraceView } from "@betrace/dsl";
import type { PinnedRule } from "../replay.js";

/** A rule of a replay, ready to decide. */
export interface RunningRule {
  /** Its place among the pinned rules. */
  readonly index: number;
  readonly pinned: PinnedRule;
  readonly compiled: CompiledRule;
  /** True when a trace of which no span matters cannot violate it: such a trace need not be looked at. */
  readonly emptyIsClear: boolean;
}

/** Makes rules ready. What a rule says of a trace without spans is asked once: it is the same for all of them. */
export function readyRules(pinned: readonly PinnedRule[], compile: (dsl: string) => CompiledRule): RunningRule[] {
  return pinned.map((rule, index) => {
    const compiled = compile(rule.dsl);
    const nothing: Trace = { traceId: "0".repeat(32), spans: [], complete: false };
    const readsTheTrace = compiled.traceFields.length > 0;
    return { index, pinned: rule, compiled, emptyIsClear: !readsTheTrace && !compiled.evaluate(nothing).violated };
  });
}

/** What one rule found wrong with one trace. */
export interface Finding {
  readonly rule: RunningRule;
  readonly traceId: string;
  readonly verdict: TraceViolation;
}

/** What all rules of a replay find in one trace, in the order of the rules. */
export interface Decision {
  readonly findings: readonly Finding[];
  /** Deciding never throws; should it ever, that is an answer too, not the end of the shard. */
  readonly error: Error | undefined;
}

/** Decides traces for all rules at once. Only the rules that a trace can violate are asked. */
export function createDecider(rules: readonly RunningRule[]): (trace: Trace) => Decision {
  const index = createRuleIndex(rules.map((rule) => rule.compiled));
  const askedOfNothing = rules.flatMap((rule, place) => (rule.emptyIsClear ? [] : [place]));
  return (trace) => {
    const findings: Finding[] = [];
    let error: Error | undefined;
    try {
      const view = new TraceView(trace);
      for (const place of trace.spans.length === 0 ? askedOfNothing : index.possible(view)) {
        const rule = rules[place] as RunningRule;
        try {
          const verdict = rule.compiled.evaluate(trace, view);
          if (verdict.violated) findings.push({ rule, traceId: trace.traceId, verdict });
        } catch (caught) {
          error = asError(caught);
        }
      }
    } catch (caught) {
      error = asError(caught);
    }
    return { findings, error };
  };
}

const asError = (caught: unknown): Error => (caught instanceof Error ? caught : new Error(String(caught)));

/** A finding whose span is known, as a violation. */
export function violationOf(finding: Finding, span: SpanRef, replayId: string, detectedAtNs: bigint): Violation {
  const { rule, verdict, traceId } = finding;
  return {
    ruleId: rule.pinned.ruleId,
    ruleName: rule.pinned.name,
    ruleVersion: rule.pinned.ruleVersion,
    severity: rule.pinned.severity,
    annotations: rule.pinned.annotations,
    traceId,
    spanId: span.spanId,
    service: span.service,
    startNs: span.startNs,
    durationNs: span.durationNs,
    clause: verdict.clause,
    witnessSpanIds: verdict.witnessSpanIds,
    witnessCount: verdict.witnessCount,
    message: messageOf(finding, span),
    replayId,
    detectedAtNs,
  };
}

const BROKEN = {
  expression: "the trace shows what it describes",
  always: "what must always be there is missing",
  never: "what must never be there is there",
} as const;

function messageOf({ rule, verdict }: Finding, span: SpanRef): string {
  const where = span.service === undefined ? `"${span.name}"` : `"${span.name}" of ${span.service}`;
  const witnesses = verdict.witnessCount === 1 ? "1 witness span" : `${verdict.witnessCount} witness spans`;
  return `${rule.pinned.name}: ${BROKEN[verdict.clause]} (${witnesses}, at span ${where})`;
}
