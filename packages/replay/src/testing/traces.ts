import { once } from "node:events";
import type { Span, Trace } from "@betrace/contracts";
import type { TraceSource } from "../run/trace-source.js";

/** Midnight of a day long settled. */
export const DAY_START = 1_784_073_600_000_000_000n;
export const HOUR_NS = 3_600_000_000_000n;

/** What {@link aTrace} makes a trace of; times relative to {@link DAY_START}. */
export interface TraceSketch {
  /** Any number; it makes the trace's id. */
  readonly id: number;
  readonly atNs: bigint;
  /** Names of its spans, the first being the root; a millisecond apart. */
  readonly names: readonly string[];
  readonly durationNs?: bigint;
}

/** A whole trace. */
export function aTrace({ id, atNs, names, durationNs = 1_000_000n }: TraceSketch): Trace {
  const spans = names.map(
    (name, index): Span => ({
      spanId: (id * 100 + index + 1).toString(16).padStart(16, "0"),
      parentSpanId: index === 0 ? "" : (id * 100 + 1).toString(16).padStart(16, "0"),
      name,
      service: "shop",
      kind: "internal",
      status: "unset",
      statusMessage: "",
      startNs: DAY_START + atNs + BigInt(index) * 1_000_000n,
      durationNs,
      attributes: new Map(),
      resource: new Map(),
    }),
  );
  return { traceId: id.toString(16).padStart(32, "0"), spans, complete: true };
}

/** A source that fails, waits or is watched as a test likes. */
export interface MemorySource extends TraceSource {
  /** Windows scanned so far. */
  readonly scans: { readonly startNs: bigint; readonly endNs: bigint }[];
  /** Called before each scan; may throw or wait. */
  beforeScan: (window: { readonly startNs: bigint; readonly signal: AbortSignal }) => Promise<void> | void;
  /** Called when all traces were delivered, before the scan ends. */
  afterScan: () => Promise<void> | void;
  /** Windows of which nothing is delivered, and which the scan reports. */
  holes: readonly { readonly startNs: bigint; readonly endNs: bigint }[];
}

/**
 * Traces in memory, delivered as `scanWindow` promises: each in the window that holds its first span, in batches, projected
 * to the spans whose names are in `witnessNames` (whole where that is undefined).
 */
export function memorySource(traces: readonly Trace[], witnessNames?: readonly string[]): MemorySource {
  const startOf = (trace: Trace) =>
    trace.spans.reduce((first, s) => (s.startNs < first ? s.startNs : first), 1n << 62n);
  const source: MemorySource = {
    scans: [],
    beforeScan: () => {},
    afterScan: () => {},
    holes: [],
    async scan({ startNs, endNs, onTraces, signal }) {
      await source.beforeScan({ startNs, signal });
      source.scans.push({ startNs, endNs });
      const holes = source.holes.filter((hole) => hole.startNs >= startNs && hole.endNs <= endNs);
      const unread = (ns: bigint) => holes.some((hole) => ns >= hole.startNs && ns < hole.endNs);
      const inside = traces.filter((trace) => {
        const ns = startOf(trace);
        return ns >= startNs && ns < endNs && !unread(ns);
      });
      const seen = witnessNames === undefined ? inside : inside.map((trace) => project(trace, witnessNames));
      for (let from = 0; from < seen.length; from += 100) {
        signal.throwIfAborted();
        await onTraces(seen.slice(from, from + 100));
      }
      await source.afterScan();
      return { incomplete: holes.map((hole) => ({ ...hole, reason: "Tempo: 500" })), fetchedById: 0 };
    },
    async read({ traceIds, onTraces }) {
      onTraces(traces.filter((trace) => traceIds.includes(trace.traceId)));
      return new Map();
    },
  };
  return source;
}

function project(trace: Trace, names: readonly string[]): Trace {
  return { ...trace, spans: trace.spans.filter((span) => names.includes(span.name)), complete: false };
}

/** Waits for the abort and throws its reason, as a scan that is stopped does. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
  signal.throwIfAborted();
}
