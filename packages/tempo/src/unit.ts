import { setMaxListeners } from "node:events";
import type { Span, Trace } from "@betrace/contracts";
import { arrayHolders, NO_HOLDERS } from "./array-holders.js";
import { betweenBounds } from "./between-bounds.js";
import { bulkRead } from "./bulk-read.js";
import { type Enumeration, enumerate, enumerateMatching } from "./enumerate.js";
import { MAX_CANDIDATE_SHARE, MAX_CHEAP_BULK_QUERIES } from "./limits.js";
import { remember } from "./plan-memory.js";
import { withMarker } from "./own-spans.js";
import { projectionsFor } from "./projection.js";
import { clip, mergeRanges, msToNs, type NsRange, secondsToNs } from "./range.js";
import type { IncompleteWindow, ScanRequest } from "./scan-request.js";
import { idBatches } from "./trace-ids.js";
import { weightOf } from "./span-room.js";
import type { TraceTable } from "./trace-table.js";
import { readWhole } from "./whole.js";
import { type Gap, Large } from "./window.js";
import { readSpans } from "./witnesses.js";
import type { Work } from "./work.js";

/**
 * How the spans of a window are read:
 * - `enumeration`: not at all, the rule reads none
 * - `bounds`: only those of traces that may violate and are not certain not to, by {@link betweenBounds}, in bulk
 * - `candidates`: only those of traces with a span that satisfies the candidate filter, in bulk
 * - `disjunction`: all that satisfy the witness filter, in one query
 * - `whole_matches`: all spans of the traces that have one that satisfies the witness filter, because a field cannot be
 *   selected or two of them share a name
 * - `everything`: all spans, because the filter narrows nothing or the rule reads fields of the whole trace
 * - `by_id`: trace by trace, because a field cannot be selected
 */
export type Plan = "enumeration" | "bounds" | "candidates" | "disjunction" | "whole_matches" | "everything" | "by_id";

/** A part of a scan that fits in memory. */
export interface Unit {
  readonly traces: Iterable<Trace>;
  readonly incomplete: readonly IncompleteWindow[];
  readonly plan: Plan;
  /** Traces that begin in it, delivered or not. */
  readonly listed: number;
}

/** The spans of a unit, as far as one plan brought them. */
interface Reading {
  readonly plan: Plan;
  readonly spans: Map<string, readonly Span[]>;
  /** Traces to be read whole; `"all"` for each that was enumerated. */
  readonly doubtful: ReadonlySet<string> | "all";
  readonly gaps: readonly Gap[];
  /** Whether the spans of a trace are all it has. */
  readonly complete: boolean;
}

const noSpans = (): Reading => ({
  plan: "enumeration",
  spans: new Map(),
  doubtful: new Set(),
  gaps: [],
  complete: false,
});

/** Reads one unit: who is there and the spans that matter, side by side; then what is in doubt, trace by trace. */
export async function readUnit(work: Work, request: ScanRequest, window: NsRange): Promise<Unit> {
  const { enumeration, reading } = await readSideBySide(work, request, window);
  const allRead = reading.complete || reading.doubtful === "all";
  const arrays = allRead ? NO_HOLDERS : await arrayHolders(work, request, window);
  const undecided = undecidedRanges(work, window, enumeration.gaps, [...reading.gaps, ...arrays.gaps]);
  const { starts } = enumeration;
  const listed = starts.size;
  if (undecided.length > 0) {
    for (const { traceId, startNs } of starts) if (holds(undecided, startNs)) starts.delete(traceId);
  }

  const named = [arrays.traceIds, reading.doubtful === "all" ? [] : reading.doubtful];
  const doubtful = new Set(named.flatMap((ids) => [...ids]).filter((traceId) => starts.has(traceId)));
  for (const { traceId, readWhole } of starts) {
    // Of such a trace the list alone does not say enough; one of nothing but our own spans is left out.
    if (readWhole || reading.doubtful === "all" || (reading.complete && !reading.spans.has(traceId)))
      doubtful.add(traceId);
  }
  // What takes their place needs the room.
  for (const traceId of doubtful) {
    work.room.give(weightOf(reading.spans.get(traceId) ?? []));
    reading.spans.delete(traceId);
  }
  const whole = await readWhole(work, { ...request, traceIds: [...doubtful], window });
  const incomplete: IncompleteWindow[] = [...undecided];
  for (const [traceId, reason] of whole.unread) {
    const startNs = starts.get(traceId);
    if (startNs !== undefined) incomplete.push({ startNs, endNs: startNs + 1n, reason });
  }
  // An incomplete instant may hold other traces too: none of them is delivered.
  const unread = new Set([...whole.unread.keys()].flatMap((traceId) => starts.get(traceId) ?? []));
  if (unread.size > 0) {
    for (const { traceId, startNs } of starts) if (unread.has(startNs)) starts.delete(traceId);
  }
  return {
    traces: join(starts, reading, whole.traces),
    incomplete: mergeRanges(incomplete),
    plan: reading.plan,
    listed,
  };
}

function* join(starts: TraceTable, reading: Reading, whole: ReadonlyMap<string, Trace>): Generator<Trace> {
  for (const traceId of starts.keys()) {
    const trace = whole.get(traceId);
    if (trace === undefined) {
      yield { traceId, spans: reading.spans.get(traceId) ?? [], complete: reading.complete };
    } else if (trace.spans.length > 0) {
      yield trace;
    }
  }
}

interface SideBySide {
  readonly enumeration: Enumeration;
  readonly reading: Reading;
}

async function readSideBySide(work: Work, request: ScanRequest, window: NsRange): Promise<SideBySide> {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const onAbort = () => controller.abort(request.signal.reason);
  request.signal.addEventListener("abort", onAbort, { once: true });
  const { signal } = controller;
  const enumerating = enumerate(work, window, signal);
  const reading = read(work, { ...request, spanFields: withMarker(request.spanFields), signal }, window, enumerating);
  try {
    const [enumeration, spans] = await Promise.all([enumerating, reading]);
    return { enumeration, reading: spans };
  } catch (error) {
    // Nothing may be left running: what is asked of Tempo after a failure is asked for nothing.
    controller.abort(error);
    await Promise.allSettled([enumerating, reading]);
    request.signal.throwIfAborted();
    throw error;
  } finally {
    request.signal.removeEventListener("abort", onAbort);
  }
}

async function read(
  work: Work,
  request: ScanRequest,
  window: NsRange,
  enumeration: Promise<Enumeration>,
): Promise<Reading> {
  const everything = request.traceFields.length > 0 || request.witnessFilter === "true";
  if (!everything && request.witnessFilter === undefined) return noSpans();
  const { candidateFilter, witnessFilter, spanFields, signal } = request;
  // A filter's own attributes come back beside the selected ones, under names without a scope. So where two fields share a
  // name, or one cannot be selected, the traces that match are read whole: by a query that names nothing but ids.
  const readMatchesWhole = everything || projectionsFor(spanFields, false)?.length !== 1;
  // If both filters are the same, its witnesses are the candidates' spans, and one query brings them.
  const narrows =
    candidateFilter !== undefined && candidateFilter !== "true" && (everything || candidateFilter !== witnessFilter);
  const key = JSON.stringify([witnessFilter, candidateFilter]);
  const before = work.client.learned.plans.get(key);
  const maybeFew = narrows && before !== "dense" && before !== "bounds" && work.client.options.fewWitnessTraces > 0;
  if (maybeFew && !readMatchesWhole) {
    const few = await readWitnesses(work, request, window, work.client.options.fewWitnessTraces);
    if (few !== undefined) {
      remember(work.client, key, "small");
      return few;
    }
  }
  if (narrows && (readMatchesWhole || before !== "dense")) {
    const between = everything ? undefined : await betweenBounds(work, request, window);
    const { traceIds, gaps } = between ?? (await enumerateMatching(work, window, candidateFilter, signal));
    const { starts } = await enumeration;
    const ids = [...traceIds].filter((traceId) => starts.has(traceId));
    const plan = between === undefined ? "candidates" : "bounds";
    if (worthBulk(work, ids, starts.size)) {
      remember(work.client, key, "bounds");
      if (readMatchesWhole) return { ...noSpans(), plan, doubtful: new Set(ids), gaps };
      const request = { traceIds: ids, window, filter: witnessFilter, fields: spanFields, signal };
      const bulk = await bulkRead(work, request);
      return { plan, ...bulk, gaps, complete: false };
    }
    remember(work.client, key, "dense");
  }
  if (everything) {
    const fields = [{ kind: "name" }, { kind: "service" }, ...spanFields] as const;
    const answer = await readSpans(work, { window, filter: "true", fields, withParent: true, signal });
    return answer === undefined
      ? { ...noSpans(), plan: "by_id", doubtful: "all" }
      : { ...answer, plan: "everything", complete: true };
  }
  if (!readMatchesWhole) {
    const answer = await readWitnesses(work, request, window, undefined);
    if (answer !== undefined) return answer;
  }
  const { traceIds, gaps } = await enumerateMatching(work, window, witnessFilter ?? "true", signal);
  return { ...noSpans(), plan: "whole_matches", doubtful: traceIds, gaps };
}

/**
 * All witnesses by one query; undefined if they are those of more than `giveUpAt` traces, so that other ways may be
 * cheaper, or cannot be selected.
 */
async function readWitnesses(
  work: Work,
  { witnessFilter = "true", spanFields, signal }: ScanRequest,
  window: NsRange,
  giveUpAt: number | undefined,
): Promise<Reading | undefined> {
  const asked = { window, filter: witnessFilter, fields: spanFields, withParent: false, giveUpAt, signal };
  try {
    const answer = await readSpans(work, asked);
    return answer && { ...answer, plan: "disjunction", complete: false };
  } catch (error) {
    if (!(error instanceof Large)) throw error;
    return undefined;
  }
}

/** Few candidates: their lists of ids cost Tempo a pass each, the disjunction one pass and every span that matches it. */
function worthBulk(work: Work, ids: readonly string[], all: number): boolean {
  const queries = idBatches(ids, work.client.learned.queryBytes).length;
  return queries <= MAX_CHEAP_BULK_QUERIES || ids.length <= all * MAX_CANDIDATE_SHARE;
}

/**
 * The starts of which nothing certain is known. If the enumeration has a gap, a trace may have begun in it unseen, and
 * one seen to begin up to `paddingMs` after it may really have begun in it. Where spans are missing, every trace is in
 * doubt that can have spans there: it began at most `paddingMs` before.
 */
function undecidedRanges(
  work: Work,
  window: NsRange,
  starts: readonly Gap[],
  spans: readonly Gap[],
): IncompleteWindow[] {
  const paddingNs = msToNs(work.client.options.paddingMs);
  const ranges = [
    ...starts.map((gap) => ({ ...nsOf(gap), endNs: nsOf(gap).endNs + paddingNs })),
    ...spans.map((gap) => ({ ...nsOf(gap), startNs: nsOf(gap).startNs - paddingNs })),
  ];
  return mergeRanges(ranges.flatMap((range) => clip(range, window) ?? []));
}

const nsOf = (gap: Gap): IncompleteWindow => ({
  startNs: secondsToNs(gap.startSeconds),
  // Both ends of Tempo's ranges are inclusive.
  endNs: secondsToNs(gap.endSeconds) + 1n,
  reason: gap.reason,
});

const holds = (ranges: readonly NsRange[], ns: bigint): boolean =>
  ranges.some((range) => ns >= range.startNs && ns < range.endNs);
