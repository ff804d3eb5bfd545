import type { Meter, TempoClient } from "./client/client.js";
import { TempoError } from "./client/error.js";
import { COUNTS, type Reading } from "./decode/reading.js";
import type { SearchAnswer, SearchHit } from "./decode/search-answer.js";
import { rememberDensity } from "./plan-memory.js";
import {
  EASY_ANSWERS,
  LONG_TRACE_SPANS,
  MAX_ID_PREFIX_LEVELS,
  MAX_SEARCH_WINDOW_SECONDS,
  MAX_SHORT_ANSWER_READS,
  MAX_TIMEOUT_SPLITS,
  SPANS_PER_ANSWER,
} from "./limits.js";
import type { SecondsRange } from "./range.js";
import { search } from "./search.js";
import { together } from "./together.js";
import type { ListedTraces } from "./trace-list.js";
import { idPrefixParts, idsThatFit, traceIdCondition } from "./trace-ids.js";

/** A part of a window that could not be read in full. */
export interface Gap extends SecondsRange {
  readonly reason: string;
}

/** The size of windows that this kind of query can be asked at, learned while it runs; shared by the units of a scan. */
export interface Pace {
  windowSeconds: number;
  /** Answers since the last split, for windows of the present size. */
  easy: number;
}

export const newPace = (): Pace => ({ windowSeconds: MAX_SEARCH_WINDOW_SECONDS, easy: 0 });

/** A dense hour must not leave the rest of a month in small windows: after some easy answers, larger ones are tried again. */
function quicken(pace: Pace, seconds: number): void {
  if (seconds < pace.windowSeconds || ++pace.easy < EASY_ANSWERS) return;
  pace.easy = 0;
  pace.windowSeconds = Math.min(MAX_SEARCH_WINDOW_SECONDS, pace.windowSeconds * 2);
}

function slowDown(pace: Pace, seconds: number): void {
  pace.easy = 0;
  pace.windowSeconds = Math.max(1, Math.min(pace.windowSeconds, seconds));
}

/** An answer was larger than the caller wants; thrown only where `giveUpAt` is set. */
export class Large extends Error {
  override readonly name = "Large";
  /** What came up to the limit, where it was that. */
  readonly answer: SearchAnswer<ListedTraces> | undefined;

  constructor(answer: SearchAnswer<ListedTraces> | undefined) {
    super("an answer of Tempo's was larger than wanted");
    this.answer = answer;
  }
}

/** What to do where the traces of a part are too much for one answer, and few enough to be asked for by their ids. */
export interface PerTrace {
  /** The query for the ids alone. */
  readonly names: (traces: string | undefined) => string;
  /** Told of a trace that is too much for an answer by itself; it leaves no gap. */
  readonly onTooLarge: (traceId: string) => void;
}

export interface WindowRequest<Hits extends ListedTraces> {
  readonly client: TempoClient;
  readonly range: SecondsRange;
  /** The query; with a condition on the trace id, the same query with it. */
  readonly query: (traces: string | undefined) => string | undefined;
  /** Only these are asked for. Default all. */
  readonly traceIds?: readonly string[] | undefined;
  /** Set where the answer shows spans, so that one trace may be too much for it. */
  readonly perTrace?: PerTrace | undefined;
  readonly reading: Reading<Hits>;
  /** What the spans of the answers satisfy: how dense those are is looked up and remembered by it. Default neither. */
  readonly filter?: string | undefined;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  readonly meter: Meter;
  /**
   * As many traces as this in one answer (or as the server gives, where that is less), or too many bytes, throw {@link Large},
   * and nothing is split. Default never.
   */
  readonly giveUpAt?: number | undefined;
  /** Called for each part that is complete; a trace on the border of two parts comes in both. */
  readonly onAnswer: (answer: SearchAnswer<Hits>) => void;
}

/**
 * Reads a window in full, in as many parts as that takes, and returns what it could not read. A part is complete when the
 * answer is a success with fewer traces than the limit and all its jobs done; Tempo has no page token. Where there is too
 * much or Tempo runs out of time, the part is halved; the halves share an endpoint, so that no trace falls between them. A
 * part of one second is split by trace id instead, and so is one that a huge trace makes too large: it is in every part of its time.
 * Throws for what no splitting cures.
 */
export async function readWindow<Hits extends ListedTraces>(request: WindowRequest<Hits>): Promise<readonly Gap[]> {
  const { range, pace, client, traceIds } = request;
  const gaps: Gap[] = [];
  const seconds = range.endSeconds - range.startSeconds;
  const density = densityOf(request);
  const lengthSeconds = Math.ceil(seconds / Math.max(1, Math.round((density.perSecond * seconds) / SPANS_PER_ANSWER)));
  let spans = 0;
  const onAnswer: typeof request.onAnswer = (answer) => {
    spans += answer.weight;
    request.onAnswer(answer);
  };
  let next = range.startSeconds;
  const worker = async (signal: AbortSignal) => {
    while (next < range.endSeconds) {
      const startSeconds = next;
      const endSeconds = Math.min(range.endSeconds, startSeconds + Math.min(pace.windowSeconds, lengthSeconds));
      next = endSeconds;
      await readPart(
        { ...request, signal, onAnswer },
        { startSeconds, endSeconds, traceIds, regex: undefined, level: 0, timeouts: 0 },
        gaps,
      );
    }
  };
  const parts = Math.ceil(seconds / Math.min(pace.windowSeconds, lengthSeconds));
  const workers = Math.min(client.options.maxConcurrentRequests, parts);
  await together(
    request.signal,
    Array.from({ length: workers }, () => worker),
  );
  density.learn(spans / seconds);
  return gaps;
}

function densityOf<Hits extends ListedTraces>({ client, filter }: WindowRequest<Hits>) {
  return {
    perSecond: (filter !== undefined && client.learned.spansPerSecond.get(filter)) || 0,
    learn(density: number): void {
      if (filter !== undefined) rememberDensity(client, filter, density);
    },
  };
}

interface Part extends SecondsRange {
  /** Which traces; undefined for all. */
  readonly traceIds: readonly string[] | undefined;
  /** Which of them; undefined for all. */
  readonly regex: string | undefined;
  readonly level: number;
  /** Splits in a row that a time-out caused. */
  readonly timeouts: number;
}

async function readPart<Hits extends ListedTraces>(
  request: WindowRequest<Hits>,
  part: Part,
  gaps: Gap[],
): Promise<void> {
  for (let reads = 0; ; reads++) {
    try {
      const { answer, limit } = await search(request.client, {
        range: secondsOf(part),
        q: request.query(conditionOf(part)),
        reading: request.reading,
        limit: request.giveUpAt,
        signal: request.signal,
        meter: request.meter,
      });
      if (answer.hits.length >= limit) {
        if (request.giveUpAt !== undefined) throw new Large(answer);
        return await split(request, { ...part, timeouts: 0 }, gaps, `${answer.hits.length} traces, Tempo's limit`);
      }
      if (answer.completedJobs !== answer.totalJobs) {
        if (reads < MAX_SHORT_ANSWER_READS) continue;
        gaps.push({
          ...secondsOf(part),
          reason: `Tempo completed ${answer.completedJobs} of ${answer.totalJobs} jobs`,
        });
        return;
      }
      quicken(request.pace, part.endSeconds - part.startSeconds);
      return request.onAnswer(answer);
    } catch (error) {
      if (!(error instanceof TempoError)) throw error;
      const tooMuch = error.kind === "too_large" && error.what === "response";
      if (tooMuch && request.giveUpAt !== undefined) throw new Large(undefined);
      if (error.kind === "timeout") {
        // Of a trace with many spans that match, Tempo may take minutes to group them, in any part of its time.
        if (part.timeouts === 0 && (await splitByTrace(request, part, gaps, "long"))) return;
        if (part.timeouts < MAX_TIMEOUT_SPLITS) {
          return await split(request, { ...part, timeouts: part.timeouts + 1 }, gaps, error.message);
        }
        gaps.push({ ...secondsOf(part), reason: error.message });
        return;
      }
      if (error.kind !== "too_large" || error.what !== "response") throw error;
      if (await splitByTrace(request, part, gaps, "any")) return;
      return await split(request, { ...part, timeouts: 0 }, gaps, error.message);
    }
  }
}

function conditionOf({ traceIds, regex }: Part): string | undefined {
  if (traceIds !== undefined) return traceIdCondition(traceIds);
  return regex === undefined ? undefined : `trace:id =~ "${regex}"`;
}

/**
 * Reads the traces of a part without those that have very many spans. If there are none such: with `any`, in halves of
 * their list, down to one. False where that leads nowhere, or they cannot be named.
 */
async function splitByTrace<Hits extends ListedTraces>(
  request: WindowRequest<Hits>,
  part: Part,
  gaps: Gap[],
  what: "any" | "long",
): Promise<boolean> {
  const { perTrace } = request;
  if (perTrace === undefined) return false;
  const [only] = part.traceIds ?? [];
  if (what === "any" && only !== undefined && part.traceIds?.length === 1) {
    perTrace.onTooLarge(only);
    return true;
  }
  const hits = await countsIn(request, perTrace, part);
  const traceIds = part.traceIds ?? hits.map(({ traceId }) => traceId);
  const long = new Set(hits.filter(({ matched }) => matched > LONG_TRACE_SPANS).map(({ traceId }) => traceId));
  if (traceIds.length === 0 || (what === "long" && long.size === 0)) return false;
  for (const traceId of long) perTrace.onTooLarge(traceId);
  const others = traceIds.filter((traceId) => !long.has(traceId));
  const all = { ...part, regex: undefined, timeouts: 0 };
  if (long.size === 0) await readParts(request, halvesOf(all, traceIds), gaps);
  else if (others.length > 0) await readPart(request, { ...all, traceIds: others }, gaps);
  return true;
}

/** As much as nothing can be learned from. */
const NO_ANSWER = { answer: { hits: [], completedJobs: 0, totalJobs: 1 }, limit: 1 };

/** The traces of a part that match; none if they are too many for a query, or not certain to be all. */
async function countsIn<Hits extends ListedTraces>(
  { client, signal, meter }: WindowRequest<Hits>,
  { names }: PerTrace,
  part: Part,
): Promise<readonly SearchHit[]> {
  const q = names(conditionOf(part));
  const asked = {
    q,
    range: secondsOf(part),
    reading: COUNTS,
    limit: idsThatFit(client.learned.queryBytes - q.length),
    signal,
    meter,
  };
  const { answer, limit } = await search(client, asked).catch((error: unknown) => {
    if (error instanceof TempoError && (error.kind === "too_large" || error.kind === "timeout")) return NO_ANSWER;
    throw error;
  });
  const all = answer.hits.length < limit && answer.completedJobs === answer.totalJobs;
  return all ? answer.hits : [];
}

function halvesOf(part: Part, traceIds: readonly string[]): readonly Part[] {
  if (traceIds.length === 1) return [{ ...part, traceIds }];
  const middle = Math.ceil(traceIds.length / 2);
  return [
    { ...part, traceIds: traceIds.slice(0, middle) },
    { ...part, traceIds: traceIds.slice(middle) },
  ];
}

async function readParts<Hits extends ListedTraces>(
  request: WindowRequest<Hits>,
  parts: readonly Part[],
  gaps: Gap[],
): Promise<void> {
  await together(
    request.signal,
    parts.map((part) => (signal: AbortSignal) => readPart({ ...request, signal }, part, gaps)),
  );
}

async function split<Hits extends ListedTraces>(
  request: WindowRequest<Hits>,
  part: Part,
  gaps: Gap[],
  reason: string,
): Promise<void> {
  const seconds = part.endSeconds - part.startSeconds;
  let parts: readonly Part[];
  if (seconds > 1) {
    const middle = part.startSeconds + Math.floor(seconds / 2);
    slowDown(request.pace, Math.ceil(seconds / 2));
    parts = [
      { ...part, endSeconds: middle },
      { ...part, startSeconds: middle },
    ];
  } else if (part.traceIds !== undefined && part.traceIds.length > 1) {
    parts = halvesOf(part, part.traceIds);
  } else if (part.traceIds === undefined && part.level < MAX_ID_PREFIX_LEVELS) {
    parts = idPrefixParts(part.regex).map((regex) => ({ ...part, regex, level: part.level + 1 }));
  } else if (part.traceIds === undefined) {
    throw new Unsplittable(reason);
  } else {
    return void gaps.push(tooMuchIn(part, reason));
  }
  await readParts(request, parts, gaps).catch((error: unknown) => {
    // Where one part of a second cannot be read, the whole second is a gap: nothing more of it is asked for.
    if (!(error instanceof Unsplittable) || part.level > 0) throw error;
    gaps.push(tooMuchIn(part, error.message));
  });
}

class Unsplittable extends Error {}

const tooMuchIn = (part: Part, reason: string): Gap => ({
  ...secondsOf(part),
  reason: `too much for one answer, down to parts of one second by trace id: ${reason}`,
});

const secondsOf = ({ startSeconds, endSeconds }: SecondsRange): SecondsRange => ({ startSeconds, endSeconds });
