import { z } from "zod";

const NS_PER_MS = 1_000_000n;
const NS_PER_SECOND = 1_000_000_000n;
/** Unix nanoseconds end here, in the year 2262: OTLP and Tempo hold them in 64 bits. */
const LAST_NS = 2n ** 63n - 1n;
const SHAPE = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * Unix nanoseconds of an RFC 3339 time with any offset and up to nine fraction digits, exactly (no 64-bit float on the
 * way); undefined for anything else, for a day that the calendar does not have, and outside 1970 to 2262.
 */
export function parseTimestamp(text: string): bigint | undefined {
  const match = SHAPE.exec(text.trim());
  if (match === null) return undefined;
  const [, day = "", hour = "", minute = "", second = "", fraction = "", sign = "+", offHour = "0", offMinute = "0"] =
    match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offHour) > 23 || Number(offMinute) > 59) return undefined;
  const utcMs = Date.parse(`${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(utcMs) || !new Date(utcMs).toISOString().startsWith(day)) return undefined;
  const offsetMs = (Number(offHour) * 60 + Number(offMinute)) * 60_000 * (sign === "-" ? -1 : 1);
  const ns = BigInt(utcMs - offsetMs) * NS_PER_MS + BigInt(fraction.padEnd(9, "0"));
  return ns >= 0n && ns <= LAST_NS ? ns : undefined;
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

/** A time in a request: RFC 3339 in, Unix nanoseconds out. */
export const timeIn = z
  .string()
  .meta({
    format: "date-time",
    description: "RFC 3339, any offset, up to nine fraction digits.",
    examples: ["2026-03-01T00:00:00Z"],
  })
  .transform((text, context) => {
    const ns = parseTimestamp(text);
    if (ns !== undefined) return ns;
    context.addIssue(
      `expected an RFC 3339 time with its offset such as 2026-03-01T00:00:00Z, found "${text.slice(0, 60)}"`,
    );
    return z.NEVER;
  });

/** A time in an answer: RFC 3339 in UTC, with nanoseconds where there are any. */
export const timeOut = z.string().meta({ format: "date-time", examples: ["2022-08-22T05:09:53.203170345Z"] });
