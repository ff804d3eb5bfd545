import { duration } from "./format.js";
import { momentProblem, parseMoment } from "./parse-moment.js";

/** A half-open range of time, Unix milliseconds. */
export interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

/** Ranges that end now, by the word that stands for them in the address. */
export const PRESETS = [
  { last: "15m", label: "15 min", ms: 15 * 60_000 },
  { last: "1h", label: "1 h", ms: 3_600_000 },
  { last: "6h", label: "6 h", ms: 6 * 3_600_000 },
  { last: "24h", label: "24 h", ms: 24 * 3_600_000 },
  { last: "7d", label: "7 days", ms: 7 * 86_400_000 },
  { last: "30d", label: "30 days", ms: 30 * 86_400_000 },
] as const;

/** How a range stands in the address: the last so long, since a moment until now, or from one moment to another. */
export interface RangeWords {
  readonly last?: string | undefined;
  readonly since?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

/** The longest range that the API takes. */
const LONGEST_MS = 400 * 86_400_000;

/** The range that the words mean at `nowMs`, to the second; or, as a string, why they mean none. */
export function rangeOf(words: RangeWords, nowMs: number): Range | string {
  const endOfNowMs = Math.floor(nowMs / 1_000) * 1_000;
  if (words.since !== undefined) {
    const sinceMs = parseMoment(words.since, nowMs);
    if (sinceMs === undefined) return momentProblem(words.since);
    return checked({ startMs: sinceMs, endMs: endOfNowMs });
  }
  if (words.start !== undefined || words.end !== undefined) {
    if (!words.start) return "The start is missing.";
    if (!words.end) return "The end is missing.";
    const startMs = parseMoment(words.start, nowMs);
    if (startMs === undefined) return momentProblem(words.start);
    const endMs = parseMoment(words.end, nowMs);
    if (endMs === undefined) return momentProblem(words.end);
    return checked({ startMs, endMs });
  }
  const preset = PRESETS.find(({ last }) => last === (words.last ?? "24h"));
  if (preset === undefined) return `There is no range “last ${words.last}”.`;
  return { startMs: endOfNowMs - preset.ms, endMs: endOfNowMs };
}

/** RFC 3339 in UTC, without a fraction where there is none. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

/** The value of a `datetime-local` input that shows UTC. */
export function inputOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

function checked(range: Range): Range | string {
  const length = range.endMs - range.startMs;
  if (length <= 0) return "The range must end after it starts.";
  if (length > LONGEST_MS) return `${duration(length)} is too long: a replay covers at most 400 days.`;
  return range;
}
