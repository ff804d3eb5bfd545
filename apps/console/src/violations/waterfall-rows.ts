import type { TraceAnswer } from "@betrace/contracts";

export type ShownSpan = TraceAnswer["spans"][number];

/** One line of the waterfall. */
export interface WaterfallRow {
  readonly span: ShownSpan;
  /** How deep under its root. */
  readonly depth: number;
  /** Where its bar begins and how long it is, as parts of the whole trace, 0 to 1. */
  readonly from: number;
  readonly length: number;
  /** After the trace's first start. */
  readonly offsetMs: number;
  readonly durationMs: number;
  /** Its parent is not in the trace: it arrived late, or was lost. */
  readonly orphan: boolean;
}

/**
 * The spans of a trace as a tree written out from the top, brothers in order of start. A span whose parent is missing
 * stands as a root; spans whose parents go in a circle are not lost either.
 */
export function waterfallRows(spans: readonly ShownSpan[]): readonly WaterfallRow[] {
  const [first] = spans;
  if (first === undefined) return [];
  const starts = spans.map((span) => BigInt(span.start_time_unix_nano));
  const ends = spans.map((span) => BigInt(span.start_time_unix_nano) + BigInt(span.duration_nano));
  const beginNs = starts.reduce((a, b) => (b < a ? b : a));
  const endNs = ends.reduce((a, b) => (b > a ? b : a));
  const wholeNs = Math.max(1, Number(endNs - beginNs));
  const ids = new Set(spans.map((span) => span.span_id));
  const children = new Map<string, ShownSpan[]>();
  const roots: ShownSpan[] = [];
  for (const span of [...spans].sort(byStart)) {
    const parent = span.parent_span_id;
    if (parent === "" || parent === span.span_id || !ids.has(parent)) roots.push(span);
    else children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const rows: WaterfallRow[] = [];
  const written = new Set<ShownSpan>();
  const write = (top: ShownSpan) => {
    // A list of its own and no recursion: a trace may be as deep as it is long.
    const waiting: { span: ShownSpan; depth: number }[] = [{ span: top, depth: 0 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { span, depth } = next;
      if (written.has(span)) continue;
      written.add(span);
      const offsetNs = Number(BigInt(span.start_time_unix_nano) - beginNs);
      const durationNs = Number(BigInt(span.duration_nano));
      rows.push({
        span,
        depth,
        from: offsetNs / wholeNs,
        length: durationNs / wholeNs,
        offsetMs: offsetNs / 1e6,
        durationMs: durationNs / 1e6,
        orphan: span.parent_span_id !== "" && !ids.has(span.parent_span_id),
      });
      const below = children.get(span.span_id) ?? [];
      for (const child of below.toReversed()) waiting.push({ span: child, depth: depth + 1 });
    }
  };
  for (const root of roots) write(root);
  for (const span of spans) if (!written.has(span)) write(span);
  return rows;
}

function byStart(a: ShownSpan, b: ShownSpan): number {
  const difference = BigInt(a.start_time_unix_nano) - BigInt(b.start_time_unix_nano);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
