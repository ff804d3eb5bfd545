import { parseTimestamp, readTimestamp } from "@betrace/contracts";

const MINUTE_MS = 60_000;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: 24 * 60 * MINUTE_MS,
  w: 7 * 24 * 60 * MINUTE_MS,
};
const DAY_MS = 24 * 60 * MINUTE_MS;

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;
/** Whole words only: of "2 months" the m is no minute. */
const RELATIVE =
  /^(\d+(?:\.\d+)?)\s*(?:(s)(?:ecs?|econds?)?|(m)(?:ins?|inutes?)?|(h)(?:rs?|ours?)?|(d)(?:ays?)?|(w)(?:eeks?)?)(?:\s+ago)?$/i;
const TIME_OF_DAY = /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*(?:Z|UTC))?$/i;

/**
 * Unix milliseconds of a moment as people write or paste it: an RFC 3339 time, a date, a date and time, Unix seconds or
 * milliseconds, `14:20` (the last time it was that), `2h ago`, `yesterday`. Without an offset it is UTC, as everywhere in
 * the console. Undefined for anything else.
 */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const words = text.trim();
  const dateTime = DATE_TIME.exec(words);
  if (dateTime !== null) {
    const ns = parseTimestamp(rfc3339Of(dateTime));
    return ns === undefined ? undefined : Number(ns / 1_000_000n);
  }
  if (/^\d{10}$/.test(words)) return Number(words) * 1_000;
  if (/^\d{13}$/.test(words)) return Number(words);
  const relative = RELATIVE.exec(words);
  if (relative !== null) {
    const [, amount, ...units] = relative;
    return nowMs - Number(amount) * (UNIT_MS[units.join("").toLowerCase()] ?? Number.NaN);
  }
  const midnightMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  if (/^(today|midnight)$/i.test(words)) return midnightMs;
  if (/^yesterday$/i.test(words)) return midnightMs - DAY_MS;
  const timeOfDay = TIME_OF_DAY.exec(words);
  if (timeOfDay !== null) return lastTimeOfDay(timeOfDay, midnightMs, nowMs);
  return undefined;
}

/** Why a text is no moment, as a sentence for whoever wrote it. */
export function momentProblem(text: string): string {
  const words = text.trim();
  const dateTime = DATE_TIME.exec(words);
  const { problem } = readTimestamp(dateTime === null ? words : rfc3339Of(dateTime));
  if (/^\d{4}-/.test(words) && problem !== undefined) return `“${words}” is no time: ${problem}.`;
  return `“${words}” is no time I can read. Write 14:20, 2h ago, or 2026-01-11 14:20.`;
}

/** As the API reads it, whose calendar knows no hour 24 and no Feb 30. */
function rfc3339Of([, date = "", time = "00:00", offset = "Z"]: RegExpExecArray): string {
  const zone = /^(?:Z|UTC)$/i.test(offset) ? "Z" : offset.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2");
  const [hour = "", minute = "", second = "00"] = time.split(":");
  return `${date}T${hour.padStart(2, "0")}:${minute}:${second}${zone}`;
}

function lastTimeOfDay([, hour, minute, second = "0"]: RegExpExecArray, midnightMs: number, nowMs: number) {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const today = midnightMs + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000;
  return today <= nowMs ? today : today - DAY_MS;
}
