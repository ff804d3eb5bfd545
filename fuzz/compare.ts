import type { Trace, Violation } from "@betrace/contracts";
import { VIOLATION_MARKER_ATTRIBUTE } from "@betrace/contracts";
import { type Found, type NumberedRule, ruleIdOf } from "./scan.js";

/** One verdict, span or count that is not what it must be. */
export interface Wrong {
  readonly rule: NumberedRule | undefined;
  readonly trace: Trace | undefined;
  readonly what: string;
}

export interface Compared {
  readonly wrong: readonly Wrong[];
  readonly pairs: number;
  readonly violated: number;
  /** Pairs of which the replay says that it cannot know. */
  readonly undecided: number;
}

/** The traces that a replay counts: those with a span that BeTrace did not write. */
export const countedTraces = (traces: readonly Trace[]): Trace[] =>
  traces.filter(({ spans }) => spans.some(({ attributes }) => !attributes.has(VIOLATION_MARKER_ATTRIBUTE)));

export const startOf = ({ spans }: Trace): bigint =>
  spans.reduce(
    (first, { startNs, attributes }) =>
      startNs < first && !attributes.has(VIOLATION_MARKER_ATTRIBUTE) ? startNs : first,
    1n << 63n,
  );

/** Holds what a replay found against the traces themselves, evaluated in memory. `traces` are the {@link countedTraces}. */
export function compare(traces: readonly Trace[], rules: readonly NumberedRule[], found: Found): Compared {
  const wrong: Wrong[] = [];
  const byPair = new Map<string, Violation[]>();
  for (const violation of found.violations) {
    const pair = `${violation.ruleId} ${violation.traceId}`;
    byPair.set(pair, [...(byPair.get(pair) ?? []), violation]);
  }
  let [violated, undecided] = [0, 0];
  const decided = traces.filter((trace) => {
    const startNs = startOf(trace);
    return !found.incomplete.some((range) => startNs >= range.startNs && startNs < range.endNs);
  });
  if (found.traces !== decided.length) {
    wrong.push({ rule: rules[0], trace: undefined, what: `counts ${found.traces} traces, expected ${decided.length}` });
  }
  undecided += (traces.length - decided.length) * rules.length;
  const certain = new Set(decided);
  for (const rule of rules) {
    for (const trace of traces) {
      const pair = `${ruleIdOf(rule)} ${trace.traceId}`;
      const violations = byPair.get(pair) ?? [];
      byPair.delete(pair);
      if (!certain.has(trace)) {
        if (violations.length > 0) wrong.push({ rule, trace, what: "decides a trace of an incomplete window" });
        continue;
      }
      const expected = expectedOf(rule, trace);
      if (expected !== "no violation") violated++;
      const seen = violations.length === 0 ? "no violation" : violations.map(seenOf).join(" AND ");
      const name = violations[0]?.message;
      if (seen !== expected) wrong.push({ rule, trace, what: `says ${seen}, expected ${expected}` });
      else if (name !== undefined && !name.includes(`"${nameOf(rule, trace)}"`))
        wrong.push({ rule, trace, what: `message: ${name}` });
    }
  }
  for (const [pair, violations] of byPair) {
    const rule = rules.find((each) => pair.startsWith(`${ruleIdOf(each)} `));
    wrong.push({
      rule,
      trace: undefined,
      what: `violation of a trace that was not sent: ${pair} ${violations.map(seenOf).join()}`,
    });
  }
  return { wrong, pairs: decided.length * rules.length, violated, undecided };
}

function nameOf({ compiled }: NumberedRule, trace: Trace): string {
  const verdict = compiled.evaluate(trace);
  return verdict.violated ? (verdict.offendingSpan?.name ?? "") : "";
}

function expectedOf({ compiled }: NumberedRule, trace: Trace): string {
  const verdict = compiled.evaluate(trace);
  if (!verdict.violated) return "no violation";
  const { clause, offendingSpan: span, witnessCount, witnessSpanIds } = verdict;
  return `${clause} at ${span?.spanId} ${span?.startNs}+${span?.durationNs} ${span?.service}, ${witnessCount} witnesses ${witnessSpanIds.join()}`;
}

function seenOf(seen: Violation): string {
  const { clause, spanId, startNs, durationNs, service, witnessCount, witnessSpanIds } = seen;
  return `${clause} at ${spanId} ${startNs}+${durationNs} ${service}, ${witnessCount} witnesses ${witnessSpanIds.join()}`;
}
