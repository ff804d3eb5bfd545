import type { SearchAnswer, SearchAttribute, SearchSpan, SearchSpanSet } from "./subject.js";

/**
 * An answer without what Tempo leaves to chance: the order of attributes in a span, of span sets in a trace, and of traces
 * that start at the same time. Metrics are left out.
 */
export function normalized(answer: SearchAnswer): unknown {
  return answer.traces
    .map((trace) => ({
      ...trace,
      spanSet: undefined,
      spanSets: trace.spanSets?.map(spanSet).sort((a, b) => order(JSON.stringify(a), JSON.stringify(b))),
    }))
    .sort((a, b) => order(a.traceID, b.traceID));
}

function spanSet(set: SearchSpanSet): unknown {
  return { ...set, attributes: sorted(set.attributes), spans: set.spans.map(span) };
}

function span(found: SearchSpan): unknown {
  return { ...found, attributes: sorted(found.attributes) };
}

function sorted(attributes: readonly SearchAttribute[] | undefined): unknown {
  return attributes && [...attributes].sort((a, b) => order(JSON.stringify(a), JSON.stringify(b)));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
