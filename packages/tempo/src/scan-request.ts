import type { Span, SpanField, Trace, TraceField } from "@betrace/contracts";
import type { NsRange } from "./range.js";

/** What a scan is asked for. */
export interface ScanRequest {
  /** Half-open, Unix nanoseconds: the traces whose first span starts here. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /**
   * TraceQL on single spans, true for every span that can influence a verdict; it may be true for more. Undefined if no
   * span can; `"true"` where every span can.
   */
  readonly witnessFilter: string | undefined;
  /** TraceQL on single spans: a trace without such a span is not a violation whatever else it holds. Undefined for none. */
  readonly candidateFilter: string | undefined;
  /**
   * What may show that a candidate does not violate without reading all of it: `filter` finds the spans that can, and `holds`
   * says whether some of a trace's spans, with all of `spanFields`, are enough. Such a trace is delivered without spans. Default none.
   */
  readonly clear?: { readonly filter: string; readonly holds: (spans: readonly Span[]) => boolean } | undefined;
  readonly spanFields: readonly SpanField[];
  readonly traceFields: readonly TraceField[];
  readonly signal: AbortSignal;
  /** Called with one batch at a time; the scan waits for it. */
  readonly onTraces: (traces: readonly Trace[]) => void | Promise<void>;
}

/** A part of the window of which no trace was delivered, half-open. */
export interface IncompleteWindow extends NsRange {
  readonly reason: string;
}
