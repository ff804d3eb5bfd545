import { countedSpans, type Span, type SpanField } from "@betrace/contracts";
import { TempoError } from "./client/error.js";
import { spansOf } from "./decode/reading.js";
import { enumerateMatching } from "./enumerate.js";
import { joinLayers, withoutIdenticalCopies } from "./join.js";
import { longTraces, nameable, noteLongest, spansOfTraces, without } from "./long-traces.js";
import { nilCondition } from "./nil.js";
import { type Projection, projectionsFor } from "./projection.js";
import { type NsRange, secondsAround } from "./range.js";
import { learnShorterQueries } from "./search.js";
import { together } from "./together.js";
import { traceIdCondition } from "./trace-ids.js";
import { type Gap, readWindow } from "./window.js";
import { holdingOf, type Work } from "./work.js";

export interface SpansRequest {
  readonly window: NsRange;
  /** Which traces; default all. */
  readonly traceIds?: readonly string[] | undefined;
  /** A TraceQL expression on single spans. Names no attribute but those in `fields`: what it names comes back as well. Undefined for all spans of `traceIds`. */
  readonly filter: string | undefined;
  readonly fields: readonly SpanField[];
  readonly withParent: boolean;
  /** See `readWindow`. */
  readonly giveUpAt?: number | undefined;
  readonly signal: AbortSignal;
}

export interface SpansRead {
  /** Matching spans by trace id, copies and our own spans left out. Holds traces of other windows too. */
  readonly spans: Map<string, readonly Span[]>;
  /** Traces whose spans here are not certain to be all, or as they are: to be read by id. */
  readonly doubtful: ReadonlySet<string>;
  readonly gaps: readonly Gap[];
}

/**
 * Reads the spans that satisfy a filter, with just the fields that are asked for. `by(kind) | by(span:id)` makes a set of
 * every span: a trace that Tempo stored in parts then comes whole (plain `select` returns its larger part only), sets are
 * not cut at 100 spans, and a client and a server span of one id both come. Undefined if a field cannot be projected,
 * by our rules or because the server does not know it.
 */
export async function readSpans(work: Work, request: SpansRequest): Promise<SpansRead | undefined> {
  const projections = projectionsFor(request.fields, request.withParent, work.client.learned.answersJson === false);
  if (projections === undefined) return undefined;
  const long = await longTraces(work, request);
  const { layers, leftOut } = await readLayers(work, request, projections, long);
  if (layers === undefined) return undefined;
  const doubtful = new Set([...leftOut, ...layers.flatMap((layer) => [...layer.cut])]);
  for (const traceId of leftOut) work.tooLarge.add(traceId);
  await addWithheld(work, request, layers, doubtful);
  const spans = new Map<string, readonly Span[]>();
  let longest = 0;
  const traceIds =
    layers.length === 1 ? (layers[0]?.spans.keys() ?? []) : new Set(layers.flatMap((layer) => [...layer.spans.keys()]));
  for (const traceId of traceIds) {
    const joined = joinLayers(layers.map((layer) => withoutIdenticalCopies(layer.spans.get(traceId) ?? [])));
    if (joined === undefined) {
      doubtful.add(traceId);
      continue;
    }
    longest = Math.max(longest, joined.length);
    spans.set(traceId, countedSpans(joined));
  }
  noteLongest(work, request, longest);
  return { spans, doubtful, gaps: layers.flatMap((layer) => layer.gaps) };
}

interface Layer {
  readonly spans: ReadonlyMap<string, readonly Span[]>;
  readonly cut: ReadonlySet<string>;
  readonly nilKeys: ReadonlyMap<string, ReadonlySet<string>>;
  readonly gaps: readonly Gap[];
}

interface Layers {
  /** One for each projection; undefined if the server does not know one. */
  readonly layers: readonly Layer[] | undefined;
  readonly leftOut: readonly string[];
}

/** Reads what is asked for without the long traces: of those that a query cannot name, the longest are left out. */
async function readLayers(
  work: Work,
  request: SpansRequest,
  projections: readonly Projection[],
  long: readonly string[],
): Promise<Layers> {
  const { traceIds, filter } = request;
  const leftOut = traceIds === undefined ? nameable(work, filter, long) : long;
  const left = new Set(leftOut);
  const asked: SpansRequest =
    traceIds === undefined
      ? { ...request, filter: without(filter, leftOut) }
      : { ...request, traceIds: traceIds.filter((traceId) => !left.has(traceId)) };
  try {
    const layers = await together(
      request.signal,
      projections.map(
        (projection) => (signal: AbortSignal) => readLayer(work, { ...asked, signal }, projection, filter),
      ),
    );
    return { layers, leftOut };
  } catch (error) {
    if (!(error instanceof TempoError)) throw error;
    // Up to 2.7 there is no `span:parentID`, and the query is refused.
    if (request.withParent && error.kind === "bad_query") return { layers: undefined, leftOut };
    const tooLong = error.kind === "too_large" && error.what === "request" && traceIds === undefined;
    if (!tooLong || leftOut.length === 0) throw error;
    const fewer = learnShorterQueries(work.client, traceIdCondition(leftOut).length) ? long : [];
    return readLayers(work, request, projections, fewer);
  }
}

/** `unrestricted` is the filter without what leaves long traces out. */
async function readLayer(
  work: Work,
  request: SpansRequest,
  projection: Projection,
  unrestricted: string | undefined,
): Promise<Layer> {
  const { window, traceIds, filter, giveUpAt, signal } = request;
  const { paddingMs, maxSpansPerTrace } = work.client.options;
  const { room } = work;
  const names = (traces: string | undefined): string => spansOfTraces(filter, traces);
  const spans = new Map<string, Span[]>();
  const cut = new Set<string>();
  const nilKeys = new Map<string, ReadonlySet<string>>();
  const tooMany = new Set<string>();
  if (traceIds?.length === 0) return { spans, cut, nilKeys, gaps: [] };
  const gaps = await readWindow({
    client: work.client,
    range: secondsAround(window, 0, paddingMs),
    traceIds,
    query: (traces) => `${names(traces)} ${projection.pipeline}`,
    perTrace: {
      names,
      onTooLarge(traceId) {
        cut.add(traceId);
        work.tooLarge.add(traceId);
      },
    },
    reading: spansOf(projection, holdingOf(work, window)),
    filter: traceIds === undefined ? unrestricted : undefined,
    pace: work.paces.spans,
    giveUpAt,
    signal,
    meter: work.meter,
    onAnswer: ({ hits }) => {
      for (const hit of hits) {
        // Some part of it starts before the window, so the trace belongs to an earlier one.
        if (hit.startNs < window.startNs) continue;
        if (tooMany.has(hit.traceId)) {
          room.give(hit.spans.length);
          continue;
        }
        if (hit.cut) cut.add(hit.traceId);
        if (hit.nilKeys !== undefined) {
          const before = nilKeys.get(hit.traceId);
          nilKeys.set(hit.traceId, before === undefined ? hit.nilKeys : new Set([...before, ...hit.nilKeys]));
        }
        const before = spans.get(hit.traceId);
        const count = (before?.length ?? 0) + hit.spans.length;
        if (hit.tooMany || count > maxSpansPerTrace) {
          tooMany.add(hit.traceId);
          cut.add(hit.traceId);
          spans.delete(hit.traceId);
          room.give(count);
        } else if (before === undefined) spans.set(hit.traceId, [...hit.spans]);
        else for (const span of hit.spans) before.push(span);
      }
    },
  });
  return { spans, cut, nilKeys, gaps };
}

/** Marks the traces where "no value" of an attribute was really a value that its column could not show. */
async function addWithheld(
  work: Work,
  request: SpansRequest,
  layers: readonly Layer[],
  doubtful: Set<string>,
): Promise<void> {
  const keys = new Set<string>();
  for (const layer of layers) for (const names of layer.nilKeys.values()) for (const name of names) keys.add(name);
  if (keys.size === 0) return;
  const answers = await together(
    request.signal,
    [...keys].map((key) => (signal: AbortSignal) => enumerateMatching(work, request.window, nilCondition(key), signal)),
  );
  const everyNil = (): Iterable<string> => layers.flatMap((layer) => [...layer.nilKeys.keys()]);
  // If the question itself could not be answered in full, every trace it was asked for is in doubt.
  if (answers.some((answer) => answer.gaps.length > 0)) for (const traceId of everyNil()) doubtful.add(traceId);
  for (const answer of answers) {
    for (const layer of layers) {
      for (const traceId of answer.traceIds) if (layer.nilKeys.has(traceId)) doubtful.add(traceId);
    }
  }
}
