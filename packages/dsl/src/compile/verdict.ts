import {
  type Clause,
  MAX_WITNESS_IDS,
  type NoViolation,
  type Span,
  type Trace,
  type TraceViolation,
} from "@betrace/contracts";
import type { SpanTest } from "./compile-predicate.js";
import { isEarlier, offendingSpanOf, refTo } from "./trace-view.js";

/** The verdict of a trace that does not violate. */
export const NO_VIOLATION: NoViolation = { violated: false };

/** The verdict of a trace that does: one more pass over its spans, to name the witnesses. */
export function violation(
  trace: Trace,
  spans: readonly Span[],
  clause: Clause,
  witnesses: readonly SpanTest[],
): TraceViolation {
  const earliest: Span[] = [];
  let witnessCount = 0;
  for (const span of witnesses.length === 0 ? [] : spans) {
    if (!witnesses.some((test) => test(span))) continue;
    witnessCount += 1;
    insert(earliest, span);
  }
  const [first] = earliest;
  return {
    violated: true,
    clause,
    witnessSpanIds: earliest.map(({ spanId }) => spanId),
    witnessCount,
    offendingSpan: first ? refTo(first) : trace.complete ? offendingSpanOf(trace) : undefined,
  };
}

/** Keeps the list sorted and short: a trace may have a hundred thousand witnesses, and a verdict names ten. */
function insert(earliest: Span[], span: Span): void {
  const last = earliest.at(-1);
  if (earliest.length === MAX_WITNESS_IDS && last && !isEarlier(span, last)) return;
  const at = earliest.findIndex((other) => isEarlier(span, other));
  earliest.splice(at === -1 ? earliest.length : at, 0, span);
  if (earliest.length > MAX_WITNESS_IDS) earliest.pop();
}
