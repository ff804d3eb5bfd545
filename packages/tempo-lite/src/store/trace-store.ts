import type { ReceivedSpan } from "../otlp/decode.js";
import { Interner } from "./intern.js";
import type { StoredSpan, TraceRow } from "./model.js";

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
  #latestEnds: BigInt64Array = new BigInt64Array(0);
  #stale = false;
  #spans = 0;

  /** Adds spans to their traces. A span whose id and kind its trace already holds is a second delivery and changes nothing. */
  add(received: readonly ReceivedSpan[]): void {
    for (const { traceId, span } of received) {
      const row = this.#byId.get(traceId);
      if (row === undefined) {
        const fresh: TraceRow = {
          traceId,
          spans: [span],
          startNs: span.startNs,
          endNs: span.endNs,
          rootName: "",
          rootService: "",
        };
        noteRoot(fresh, span);
        this.#byId.set(traceId, fresh);
        this.#sorted.push(fresh);
        this.#stale = true;
      } else {
        if (holds(row, span)) continue;
        row.spans.push(span);
        if (span.startNs < row.startNs || span.endNs > row.endNs) this.#stale = true;
        if (span.startNs < row.startNs) row.startNs = span.startNs;
        if (span.endNs > row.endNs) row.endNs = span.endNs;
        noteRoot(row, span);
      }
      this.#spans++;
    }
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
    const ends = new BigInt64Array(rows.length);
    let latest = -(1n << 62n);
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

/** Small traces are walked through; a large one keeps a set of what it holds. */
function holds(row: TraceRow, span: StoredSpan): boolean {
  if (row.spans.length < SMALL_TRACE_SPANS) {
    return row.spans.some((held) => held.spanId === span.spanId && held.kind === span.kind);
  }
  row.held ??= new Set(row.spans.map(identity));
  const name = identity(span);
  if (row.held.has(name)) return true;
  row.held.add(name);
  return false;
}

function identity(span: StoredSpan): string {
  return span.spanId + span.kind;
}
