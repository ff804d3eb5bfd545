import { PII_WITHOUT_AUDIT, SLOW_QUERY } from "./questions.js";
import type { Range } from "./range.js";
import type { RightAnswer } from "./replay.js";
import { type SteadyTrace, type SteadyTraces, steadyTrace } from "./steady-traces.js";

const VIOLATES: Readonly<Record<string, (trace: SteadyTrace) => bigint | undefined>> = {
  [SLOW_QUERY.id]: (trace) => (trace.slow && !trace.retried ? trace.queryNs : undefined),
  [PII_WITHOUT_AUDIT.id]: (trace) => (trace.pii && !trace.audited ? trace.accessNs : undefined),
};

/** So many seconds of a corpus, from its second `after` on, and what a rule must find there, counted from what was generated and not from what was stored. */
export function partOf(
  of: SteadyTraces,
  seconds: number,
  questionId: string,
  after = 0,
): { readonly range: Range; readonly right: RightAnswer } {
  const startSeconds = Number(of.startNs / 1_000_000_000n) + after;
  const startNs = BigInt(startSeconds) * 1_000_000_000n;
  const endNs = startNs + BigInt(seconds) * 1_000_000_000n;
  const violates = VIOLATES[questionId];
  if (violates === undefined) throw new Error(`nobody has said what ${questionId} must find`);
  let traces = 0;
  let violations = 0;
  let firstNs: bigint | undefined;
  for (let index = 0; index < of.traces; index++) {
    const trace = steadyTrace(of, index);
    if (trace.startNs >= endNs) break;
    if (trace.startNs < startNs) continue;
    traces++;
    const happenedNs = violates(trace);
    if (happenedNs === undefined) continue;
    violations++;
    if (firstNs === undefined || happenedNs < firstNs) firstNs = happenedNs;
  }
  return {
    range: { startSeconds, endSeconds: startSeconds + seconds, traces },
    right: { traces, violations: { [questionId]: violations }, firstNs },
  };
}
