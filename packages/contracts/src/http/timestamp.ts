const NS_PER_MS = 1_000_000n;
const NS_PER_SECOND = 1_000_000_000n;
/** Unix nanoseconds end here, in the year 2262: OTLP and Tempo hold them in 64 bits. */
const LAST_NS = 2n ** 63n - 1n;
const EXPECTED = "an RFC 3339 time such as 2026-03-01T00:00:00Z";
const SHAPE = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** Unix nanoseconds, or which part of the text is wrong and what to write instead. */
export type ReadTime =
  | { readonly ns: bigint; readonly problem?: undefined }
  | { readonly ns?: undefined; readonly problem: string };

/** As {@link readTimestamp}; undefined if that has a problem. */
export function parseTimestamp(text: string): bigint | undefined {
  return readTimestamp(text).ns;
}

/**
 * Reads an RFC 3339 time with any offset and up to nine fraction digits, exactly (no 64-bit float on the way). A space
 * may stand for the `T`, and around it all. Everything else has a problem: a day that the calendar does not have, a
 * leap second, a time outside of 1970 to 2262.
 */
export function readTimestamp(text: string): ReadTime {
  const trimmed = text.trim();
  const match = SHAPE.exec(trimmed);
  if (match === null) {
    if (/^\d+(?:\.\d+)?$/.test(trimmed)) return { problem: epochProblem(trimmed) };
    return { problem: `${otherwiseShaped(trimmed)}, found ${quoted(trimmed)}` };
  }
  const [
    ,
    year = "",
    month = "",
    day = "",
    hour = "",
    minute = "",
    second = "",
    fraction = "",
    sign,
    offHour,
    offMinute,
  ] = match;
  const wrong =
    dateProblem(Number(year), Number(month), Number(day)) ??
    clockProblem(hour, minute, second) ??
    offsetProblem(Number(offHour ?? 0), Number(offMinute ?? 0));
  if (wrong !== undefined) return { problem: `${wrong}, found ${quoted(trimmed)}` };
  const utcMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const offsetMs = (Number(offHour ?? 0) * 60 + Number(offMinute ?? 0)) * 60_000 * (sign === "-" ? -1 : 1);
  const ns = BigInt(utcMs - offsetMs) * NS_PER_MS + BigInt(fraction.padEnd(9, "0"));
  if (ns >= 0n && ns <= LAST_NS) return { ns };
  return {
    problem: `expected a time from ${formatTimestamp(0n)} to ${formatTimestamp(LAST_NS)}, found ${quoted(trimmed)}`,
  };
}

/**
 * RFC 3339 in UTC. Whole seconds have no fraction, whole milliseconds three digits, everything else all nine, so that
 * {@link parseTimestamp} gives the same nanoseconds back.
 */
export function formatTimestamp(ns: bigint): string {
  const seconds = ns / NS_PER_SECOND;
  const fraction = ns % NS_PER_SECOND;
  const whole = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
  if (fraction === 0n) return `${whole}Z`;
  const digits = fraction.toString().padStart(9, "0");
  return `${whole}.${fraction % NS_PER_MS === 0n ? digits.slice(0, 3) : digits}Z`;
}

/** What to say of a number where a time belongs: people paste Unix times, in seconds or finer. */
export function epochProblem(digits: string): string {
  const unit = EPOCH_UNITS.find(({ upTo }) => digits.replace(/\..*$/, "").length <= upTo);
  const ns = unit === undefined || !/^\d+(?:\.\d+)?$/.test(digits) ? undefined : scaled(digits, unit.nsDigits);
  const guess =
    unit === undefined || ns === undefined || ns > LAST_NS
      ? ""
      : `; as Unix ${unit.name} that is ${formatTimestamp(ns)}`;
  return `expected ${EXPECTED}, found the number ${digits.slice(0, 60)}${guess}`;
}

/** By the digits of today's Unix time, with one more for the centuries to come. */
const EPOCH_UNITS = [
  { name: "seconds", upTo: 11, nsDigits: 9 },
  { name: "milliseconds", upTo: 14, nsDigits: 6 },
  { name: "microseconds", upTo: 17, nsDigits: 3 },
  { name: "nanoseconds", upTo: 19, nsDigits: 0 },
] as const;

function scaled(digits: string, nsDigits: number): bigint {
  const [whole = "", fraction = ""] = digits.split(".");
  return BigInt(whole + fraction.slice(0, nsDigits).padEnd(nsDigits, "0"));
}

/**
 * Guides from a Mac are pasted on Linux, and the other way round: the shell then puts nothing where the time should be.
 */
const WHY_EMPTY =
  "if a command was to write it, that failed: 24 hours ago is `date -u -d '24 hours ago' +%FT%TZ` on Linux, `date -u -v-24H +%FT%TZ` on macOS";

/** What a text is instead of a time; the commonest slips first. */
function otherwiseShaped(text: string): string {
  if (text === "") return `expected ${EXPECTED} (${WHY_EMPTY})`;
  const day = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
  if (day === undefined) return `expected ${EXPECTED}`;
  if (text === day) return `expected a time of day behind the date (${day}T00:00:00Z is its begin)`;
  const clock = /^[Tt ](\d{2}:\d{2})(:\d{2})?([.,]\d*)?(.*)$/s.exec(text.slice(day.length));
  if (clock === null) return `expected ${EXPECTED}`;
  const [, minutes = "", seconds, fraction = "", zone = ""] = clock;
  const whole = `${day}T${minutes}${seconds ?? ":00"}`;
  if (seconds === undefined) return `expected seconds (${whole}Z)`;
  if (fraction.startsWith(",")) return "expected a point before the fraction of a second, not a comma";
  if (fraction === ".") return "expected digits behind the point";
  if (fraction.length > 10)
    return `expected at most nine digits of a second's fraction (nanoseconds), not ${fraction.length - 1}`;
  if (zone === "") return `expected an offset behind the time (${whole}Z for UTC, ${whole}+02:00)`;
  if (/^ \d{2}:?\d{2}$/.test(zone)) {
    return `expected the offset's sign, found a space; in a URL a + must be written %2B (${whole}%2B${zone.trim()})`;
  }
  const compact = /^ ?([+-]\d{2}):?(\d{2})?$/.exec(zone);
  if (compact !== null)
    return `expected an offset with hours and minutes (${whole}${compact[1]}:${compact[2] ?? "00"})`;
  return `expected Z or an offset such as +02:00 behind the time, not ${quoted(zone.trim())}`;
}

function dateProblem(year: number, month: number, day: number): string | undefined {
  if (month < 1 || month > 12) return `expected a month from 01 to 12, not ${pad(month)}`;
  const days = new Date(Date.UTC(2_000, month, 0)).getUTCDate();
  const last = month === 2 && !isLeapYear(year) ? 28 : days;
  if (day >= 1 && day <= last) return undefined;
  return `expected a day from 01 to ${last} (${year}-${pad(month)} has no other), not ${pad(day)}`;
}

function clockProblem(hour: string, minute: string, second: string): string | undefined {
  if (Number(hour) === 24) return "expected an hour from 00 to 23, not 24 (midnight is 00:00:00 of the next day)";
  if (Number(hour) > 23) return `expected an hour from 00 to 23, not ${hour}`;
  if (Number(minute) > 59) return `expected a minute from 00 to 59, not ${minute}`;
  if (Number(second) === 60) return "expected a second from 00 to 59, not 60 (Unix time has no leap seconds; write 59)";
  if (Number(second) > 59) return `expected a second from 00 to 59, not ${second}`;
  return undefined;
}

function offsetProblem(hours: number, minutes: number): string | undefined {
  if (hours > 23) return `expected an offset of at most 23 hours, not ${pad(hours)}`;
  return minutes > 59 ? `expected an offset with minutes from 00 to 59, not ${pad(minutes)}` : undefined;
}

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const pad = (value: number): string => String(value).padStart(2, "0");
const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
