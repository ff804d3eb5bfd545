import { wholeNumber } from "./exact-number.js";
import { misread } from "./otlp-json-error.js";

const MIN_INT64 = -(1n << 63n);
const MAX_INT64 = (1n << 63n) - 1n;
const MAX_UINT64 = (1n << 64n) - 1n;

/** An int64, as a string or as a number. */
export function int64Of(value: unknown, place: string): bigint {
  const whole = wholeOf(value);
  if (whole !== undefined && whole >= MIN_INT64 && whole <= MAX_INT64) return whole;
  throw misread(place, "a whole number of 64 bits (int64)", value);
}

/**
 * A time in Unix nanoseconds, as a string or as a number; zero if it is absent. One below zero is the same 64 bits read with a sign,
 * as languages without unsigned integers write them.
 */
export function timeOf(value: unknown, place: string): bigint {
  if (value === undefined || value === null) return 0n;
  const whole = wholeOf(value);
  if (whole !== undefined && whole >= MIN_INT64 && whole <= MAX_UINT64) return BigInt.asUintN(64, whole);
  throw misread(place, "Unix nanoseconds as a whole number of 64 bits", value);
}

/** A uint32; zero if it is absent. */
export function uint32Of(value: unknown, place: string): number {
  if (value === undefined || value === null) return 0;
  const whole = wholeOf(value);
  if (whole !== undefined && whole >= 0n && whole <= 0xffff_ffffn) return Number(whole);
  throw misread(place, "a whole number of 32 bits", value);
}

/** A double, as a number or as a string; `NaN`, `Infinity` and `-Infinity` are strings. */
export function doubleOf(value: unknown, place: string): number {
  if (typeof value === "bigint") return Number(value);
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  const text = typeof value === "string" ? value : undefined;
  const double = text !== undefined && /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : value;
  if (typeof double === "number" && Number.isFinite(double)) return double;
  throw misread(place, "a number", value);
}

function wholeOf(value: unknown): bigint | undefined {
  if (typeof value === "string") return wholeNumber(value);
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === "bigint" ? value : undefined;
}

/** Words for the numbers of an enum. */
export interface Words {
  /** What all full names begin with, e.g. `SPAN_KIND_`. */
  readonly prefix: string;
  /** Without the prefix, in capitals, by number. */
  readonly names: readonly string[];
}

/** An enum's number: itself, as digits in a string, its full name or the short one, in any letter case; zero if it is absent. */
export function enumOf(value: unknown, { prefix, names }: Words, place: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === "number" && names[value] !== undefined) return value;
  if (typeof value === "string") {
    const word = value.toUpperCase();
    const number = /^\d$/.test(word)
      ? Number(word)
      : names.indexOf(word.startsWith(prefix) ? word.slice(prefix.length) : word);
    if (names[number] !== undefined) return number;
  }
  throw misread(
    place,
    `a number from 0 to ${names.length - 1} or one of ${names.map((name) => prefix + name).join(", ")}`,
    value,
  );
}
