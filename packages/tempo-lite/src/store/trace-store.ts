import type { ReceivedSpan } from "../otlp/decode.js";
import { countsInstead } from "./counts-instead.js";
import { Interner } from "./intern.js";
import { durationOf, type StoredSpan, type TraceRow } from "./model.js";

const SMALL_TRACE_SPANS = 64;

/** What the store holds. */
export interface StoreFigures {
  readonly traces: number;
  readonly spans: number;
}

/**
 * All spans in memory, one row for each trace id: where Tempo may spread a trace over blocks, here it is always whole.
 * Rows are found by id, or by a window of time over a list sorted by start.
 */
export class TraceStore {
  readonly interner = new Interner();
  readonly #byId = new Map<string, TraceRow>();
  #sorted: TraceRow[] = [];
  #latestEnds: BigUint64Array = new BigUint64Array(0);
  #stale = false;
  #spans = 0;

  /**
   * Adds spans to their traces. One whose id and kind its trace already holds is a copy: the better of the two stays,
   * whichever came first, so that a finished span takes the place of its snapshot and a second delivery changes
   * nothing.
   */
  add(received: readonly ReceivedSpan[]): void {
    for (const { traceId, span } of received) {
      const row = this.#byId.get(traceId);
      if (row === undefined) {
        const fresh: TraceRow = { traceId, spans: [], startNs: span.startNs, endNs: 0n, rootName: "", rootService: "" };
        this.#byId.set(traceId, fresh);
        this.#sorted.push(fresh);
        this.#stale = true;
        this.#append(fresh, span);
        continue;
      }
      const at = indexOfCopy(row, span);
      const held = row.spans[at];
      if (held === undefined) this.#append(row, span);
      else if (countsInstead(span, held)) this.#replace(row, at, span);
    }
  }

  #append(row: TraceRow, span: StoredSpan): void {
    row.spans.push(span);
    this.#spans++;
    this.#note(row, span);
  }

  #replace(row: TraceRow, at: number, span: StoredSpan): void {
    row.spans[at] = span;
    row.startNs = span.startNs;
    row.endNs = 0n;
    this.#stale = true;
    for (const one of row.spans) this.#note(row, one);
    noteRoot(row, span);
  }

  /** What a span says of its trace. One that ends before it starts, or not yet, lasts until its start. */
  #note(row: TraceRow, span: StoredSpan): void {
    const endNs = span.startNs + durationOf(span);
    if (span.startNs < row.startNs || endNs > row.endNs) this.#stale = true;
    if (span.startNs < row.startNs) row.startNs = span.startNs;
    if (endNs > row.endNs) row.endNs = endNs;
    noteRoot(row, span);
  }

  get(traceId: string): TraceRow | undefined {
    return this.#byId.get(traceId);
  }

  figures(): StoreFigures {
    return { traces: this.#byId.size, spans: this.#spans };
  }

  /**
   * The rows that overlap `[startNs, endNs]`, both ends included, youngest start first; without a window all rows.
   * Costs the rows that start inside it, plus those older ones that some long trace makes worth looking at.
   */
  *rows(window: { readonly startNs: bigint; readonly endNs: bigint } | undefined): Generator<TraceRow> {
    this.#refresh();
    const rows = this.#sorted;
    const last = window === undefined ? rows.length - 1 : this.#lastStartingBy(window.endNs);
    for (let at = last; at >= 0; at--) {
      const row = rows[at];
      if (row === undefined) return;
      if (window !== undefined) {
        if ((this.#latestEnds[at] ?? 0n) < window.startNs) return;
        if (row.endNs < window.startNs) continue;
      }
      yield row;
    }
  }

  /** Sorting again after a batch is close to linear: the old rows are one sorted run already. */
  #refresh(): void {
    if (!this.#stale) return;
    const rows = this.#sorted;
    rows.sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
    // Without a sign, as the times are: with one, an end beyond 2262 reads as long ago and hides every trace behind it.
    const ends = new BigUint64Array(rows.length);
    let latest = 0n;
    for (const [at, row] of rows.entries()) {
      if (row.endNs > latest) latest = row.endNs;
      ends[at] = latest;
    }
    this.#latestEnds = ends;
    this.#stale = false;
  }

  #lastStartingBy(timeNs: bigint): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle]?.startNs ?? 0n) <= timeNs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** The last span without a parent that arrived names the trace, as in Tempo. */
function noteRoot(row: TraceRow, span: StoredSpan): void {
  if (span.parentSpanId !== "") return;
  row.rootName = span.name;
  row.rootService = span.service;
}

/**
 * The place of a copy of a span among those of a trace, or -1. Small traces are walked through; a large one remembers
 * what it holds.
 */
function indexOfCopy(row: TraceRow, span: StoredSpan): number {
  if (row.spans.length < SMALL_TRACE_SPANS) {
    return row.spans.findIndex((held) => held.spanId === span.spanId && held.kind === span.kind);
  }
  row.held ??= new Map(row.spans.map((held, at) => [identity(held), at]));
  const name = identity(span);
  const at = row.held.get(name);
  if (at !== undefined) return at;
  row.held.set(name, row.spans.length);
  return -1;
}

function identity(span: StoredSpan): string {
  return span.spanId + span.kind;
}
