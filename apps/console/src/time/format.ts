const DAY = new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric", timeZone: "UTC" });
const NUMBER = new Intl.NumberFormat("en-US");

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A moment in a sentence, to the second: `Jan 11 at 14:23:17 UTC`, with the year where it is not the present one. */
export function moment(iso: string, nowMs: number): string {
  return `${day(iso, nowMs)} at ${clock(iso)} UTC`;
}

/** A moment in a table: `Jan 11, 14:23:17`, with the year where it is not the present one. UTC. */
export function stamp(iso: string, nowMs: number): string {
  return `${day(iso, nowMs)}, ${clock(iso)}`;
}

/** `Jan 11`, or `Jan 11, 2024` where that is not the present year. UTC. */
export function day(iso: string, nowMs: number): string {
  const sameYear = iso.slice(0, 4) === new Date(nowMs).toISOString().slice(0, 4);
  return `${DAY.format(new Date(iso))}${sameYear ? "" : `, ${iso.slice(0, 4)}`}`;
}

/** The time of day of an RFC 3339 time in UTC, to the second, cut and not rounded: `14:23:17`. */
export function clock(iso: string): string {
  return iso.slice(11, 19);
}

/** Two moments of one range; a day that both share is said once. UTC. */
export function span(startIso: string, endIso: string, nowMs: number): string {
  const sameDay = startIso.slice(0, 10) === endIso.slice(0, 10);
  return `${stamp(startIso, nowMs)} – ${sameDay ? clock(endIso) : stamp(endIso, nowMs)} UTC`;
}

/** A length of time in the two largest units that matter: `3 h 18 min`, `4.2 s`, `850 ms`, `31 days`. */
export function duration(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1_000)} µs`;
  if (ms < SECOND_MS) return `${ms < 10 ? round(ms, 1) : Math.round(ms)} ms`;
  if (ms < MINUTE_MS) return `${ms < 10 * SECOND_MS ? round(ms / SECOND_MS, 1) : Math.round(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return two(ms, MINUTE_MS, "min", SECOND_MS, "s");
  if (ms < 2 * DAY_MS) return two(ms, HOUR_MS, "h", MINUTE_MS, "min");
  return two(ms, DAY_MS, "days", HOUR_MS, "h");
}

/** How long ago, in one unit: `just now`, `5 min ago`, `3 days ago`. */
export function ago(iso: string, nowMs: number): string {
  const ms = nowMs - Date.parse(iso);
  if (ms < 30 * SECOND_MS) return "just now";
  if (ms < 90 * MINUTE_MS) return `${Math.max(1, Math.round(ms / MINUTE_MS))} min ago`;
  if (ms < 36 * HOUR_MS) return `${Math.round(ms / HOUR_MS)} h ago`;
  return `${Math.round(ms / DAY_MS)} days ago`;
}

/** `15,420` */
export function count(n: number): string {
  return NUMBER.format(n);
}

/** `1 violation`, `301 violations` */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

function two(ms: number, bigMs: number, big: string, smallMs: number, small: string): string {
  // Rounded in the small unit first, so that 59.9 of it become one of the big.
  const rounded = Math.round(ms / smallMs) * smallMs;
  const bigs = Math.floor(rounded / bigMs);
  const smalls = Math.round((rounded - bigs * bigMs) / smallMs);
  return smalls === 0 ? `${bigs} ${big}` : `${bigs} ${big} ${smalls} ${small}`;
}

function round(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
