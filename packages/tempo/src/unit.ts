import { setMaxListeners } from "node:events";
import type { Span, Trace } from "@betrace/contracts";
import { arrayHolders, NO_HOLDERS } from "./array-holders.js";
import { betweenBounds } from "./between-bounds.js";
import { bulkRead } from "./bulk-read.js";
import { type Enumeration, enumerate, enumerateMatching } from "./enumerate.js";
import { MAX_CANDIDATE_SHARE, MAX_CHEAP_BULK_QUERIES } from "./limits.js";
import { remember } from "./plan-memory.js";
import { isAlternation, OWN_SPANS, withOwnSpans } from "./own-spans.js";
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
  /** Traces with spans of our own, where the same query told of them. */
  readonly own: ReadonlySet<string> | undefined;
}

const noSpans = (): Reading => ({
  plan: "enumeration",
  spans: new Map(),
  doubtful: new Set(),
  gaps: [],
  complete: false,
  own: undefined,
});

/** Reads one unit: who is there, who wrote it, and the spans that matter, side by side; then what is in doubt, trace by trace. */
export async function readUnit(work: Work, request: ScanRequest, window: NsRange): Promise<Unit> {
  const { enumeration, marked, reading } = await readSideBySide(work, request, window);
  const allRead = reading.complete || reading.doubtful === "all";
  const arrays = allRead ? NO_HOLDERS : await arrayHolders(work, request, window);
  const undecided = undecidedRanges(work, window, enumeration.gaps, [...marked.gaps, ...reading.gaps, ...arrays.gaps]);
  const { starts } = enumeration;
  const listed = starts.size;
  if (undecided.length > 0) {
    for (const { traceId, startNs } of starts) if (holds(undecided, startNs)) starts.delete(traceId);
  }

  // Traces with a span of our own are read whole, so that the span does not count and a trace of nothing else is left out.
  const named = [marked.traceIds, arrays.traceIds, reading.doubtful === "all" ? [] : reading.doubtful];
  const doubtful = new Set(named.flatMap((ids) => [...ids]).filter((traceId) => starts.has(traceId)));
  if (allRead) {
    for (const traceId of starts.keys()) {
      if (reading.doubtful === "all" || !reading.spans.has(traceId)) doubtful.add(traceId);
    }
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

/** Traces with spans of our own. */
interface Marked {
  readonly traceIds: ReadonlySet<string>;
  readonly gaps: readonly Gap[];
}

interface SideBySide {
  readonly enumeration: Enumeration;
  readonly marked: Marked;
  readonly reading: Reading;
}

async function readSideBySide(work: Work, request: ScanRequest, window: NsRange): Promise<SideBySide> {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const onAbort = () => controller.abort(request.signal.reason);
  request.signal.addEventListener("abort", onAbort, { once: true });
  const { signal } = controller;
  const enumeration = enumerate(work, window, signal);
  let asked: Promise<Marked> | undefined;
  const askMarked = (): Promise<Marked> => {
    asked ??= enumerateMatching(work, window, OWN_SPANS, signal);
    // It is awaited below, after other things that may fail first.
    asked.catch(() => undefined);
    return asked;
  };
  const reading = read(work, { ...request, signal }, window, enumeration, askMarked);
  try {
    const [who, spans] = await Promise.all([enumeration, reading, asked]);
    const marked = spans.own === undefined ? await askMarked() : { traceIds: spans.own, gaps: spans.gaps };
    return { enumeration: who, marked, reading: spans };
  } catch (error) {
    // Nothing may be left running: what is asked of Tempo after a failure is asked for nothing.
    controller.abort(error);
    await Promise.allSettled([enumeration, reading, asked]);
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
  askMarked: () => Promise<Marked>,
): Promise<Reading> {
  const everything = request.traceFields.length > 0 || request.witnessFilter === "true";
  if (!everything && request.witnessFilter === undefined) {
    askMarked();
    return noSpans();
  }
  const { candidateFilter, witnessFilter, spanFields, signal } = request;
  // A filter's own attributes come back beside the selected ones, under names without a scope. So where two fields share a
  // name, or one cannot be selected, the traces that match are read whole: by a query that names nothing but ids.
  const readMatchesWhole = everything || projectionsFor(spanFields, false)?.length !== 1;
  // Where both filters are the same, its witnesses are the candidates' spans, and one query brings them.
  const narrows =
    candidateFilter !== undefined && candidateFilter !== "true" && (everything || candidateFilter !== witnessFilter);
  const key = JSON.stringify([witnessFilter, candidateFilter]);
  const before = work.client.learned.plans.get(key);
  const maybeFew = narrows && before !== "dense" && before !== "bounds" && work.client.options.fewWitnessTraces > 0;
  const asksForAll = !readMatchesWhole && (maybeFew || !narrows || before === "dense");
  // What old servers answer was recorded for the queries apart.
  const answersProtobuf = work.client.learned.answersJson === false;
  const withOwn = asksForAll && answersProtobuf && isAlternation(witnessFilter ?? "");
  if (!withOwn) askMarked();
  if (maybeFew && !readMatchesWhole) {
    const few = await readWitnesses(work, request, window, withOwn, work.client.options.fewWitnessTraces);
    if (few !== undefined) {
      remember(work.client, key, "small");
      return few;
    }
    askMarked();
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
      return { plan, ...bulk, gaps, complete: false, own: undefined };
    }
    remember(work.client, key, "dense");
  }
  if (everything) {
    const fields = [{ kind: "name" }, { kind: "service" }, ...spanFields] as const;
    const answer = await readSpans(work, { window, filter: "true", fields, withParent: true, signal });
    return answer === undefined
      ? { ...noSpans(), plan: "by_id", doubtful: "all" }
      : { ...answer, plan: "everything", complete: true, own: undefined };
  }
  if (!readMatchesWhole) {
    const answer = await readWitnesses(work, request, window, withOwn, undefined);
    if (answer !== undefined) return answer;
  }
  const { traceIds, gaps } = await enumerateMatching(work, window, witnessFilter ?? "true", signal);
  return { ...noSpans(), plan: "whole_matches", doubtful: traceIds, gaps };
}

/** All witnesses by one query; undefined where they are those of more than `giveUpAt` traces, so that other ways may be cheaper, or cannot be selected. */
async function readWitnesses(
  work: Work,
  { witnessFilter = "true", spanFields, signal }: ScanRequest,
  window: NsRange,
  withOwn: boolean,
  giveUpAt: number | undefined,
): Promise<Reading | undefined> {
  const asked = withOwn ? withOwnSpans(witnessFilter, spanFields) : { filter: witnessFilter, fields: spanFields };
  try {
    const answer = await readSpans(work, { window, ...asked, withParent: false, giveUpAt, signal });
    if (answer === undefined) return undefined;
    return { ...answer, plan: "disjunction", complete: false, own: withOwn ? answer.own : undefined };
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
 * The starts of which nothing certain is known. Where the enumeration has a gap, a trace may have begun in it unseen, and
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
