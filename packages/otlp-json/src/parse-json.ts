import { isUtf8 } from "node:buffer";
import { parse } from "json-custom-numbers";
import { duplicateKey } from "./duplicate-key.js";
import { exactNumber } from "./exact-number.js";
import { OtlpJsonError } from "./otlp-json-error.js";

/** Deepest nesting of lists and objects in a document. */
const MAX_DEPTH = 500;

/**
 * One JSON text as a value, without loss: a number that is whole and too large for a double to hold exactly is a `bigint`, and a key that
 * stands twice in one object is refused, because one of its values would vanish. A byte order mark is passed over. Costs about a
 * quarter more than `JSON.parse`. Throws {@link OtlpJsonError}, also for text that is not UTF-8.
 */
export function parseJson(text: string | Uint8Array): unknown {
  const bytes = typeof text === "string" ? Buffer.from(text, "utf8") : text;
  if (!isUtf8(bytes)) throw new OtlpJsonError("", "expected text in UTF-8, found bytes that are none");
  const outline = outlineOf(bytes);
  if (outline.depth > MAX_DEPTH) {
    throw new OtlpJsonError("", `expected at most ${MAX_DEPTH} levels of nesting, found ${outline.depth}`);
  }
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString("utf8")
    .replace(/^\ufeff/, "");
  let value: unknown;
  try {
    value = outline.hasLongNumbers ? parse(whole, undefined, (_key, digits) => exactNumber(digits)) : JSON.parse(whole);
  } catch (error) {
    const why = (error as Error).message.split("\n", 1)[0];
    throw new OtlpJsonError("", `expected JSON, found ${JSON.stringify(whole.trimStart().slice(0, 80))} (${why})`);
  }
  if (outline.keys !== keysIn(value)) {
    throw new OtlpJsonError("", `expected each key once in an object, found ${duplicateKey(whole)} twice`);
  }
  return value;
}

interface Outline {
  /** Keys of all objects. */
  readonly keys: number;
  readonly depth: number;
  /** Whether some number may be whole and beyond the safe integers. */
  readonly hasLongNumbers: boolean;
}

const [QUOTE, BACKSLASH, COLON, MINUS, DOT] = [0x22, 0x5c, 0x3a, 0x2d, 0x2e];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [ZERO, NINE, LETTER_E, SMALL_E] = [0x30, 0x39, 0x45, 0x65];
/** 2^53 has 16 digits. */
const LONG_DIGITS = 16;

/** What can be seen of a JSON text without parsing it; says nothing reliable of text that is no JSON. */
function outlineOf(bytes: Uint8Array): Outline {
  let [keys, depth, deepest, at] = [0, 0, 0, 0];
  let hasLongNumbers = false;
  while (at < bytes.length) {
    const byte = bytes[at++] as number;
    if (byte === QUOTE) {
      for (let inner = bytes[at++]; inner !== QUOTE && inner !== undefined; inner = bytes[at++]) {
        if (inner === BACKSLASH) at++;
      }
    } else if (byte === COLON) keys++;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (++depth > deepest) deepest = depth;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--;
    else if (byte >= ZERO && byte <= NINE) {
      const start = at - 1;
      while (isDigit(bytes[at])) at++;
      const isFraction = bytes[start - 1] === DOT;
      if (at - start >= LONG_DIGITS && !isFraction) hasLongNumbers = true;
      const next = bytes[at];
      if ((next === SMALL_E || next === LETTER_E) && bytes[at + 1] !== MINUS) hasLongNumbers = true;
    }
  }
  return { keys, depth: deepest, hasLongNumbers };
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;

function keysIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const element of value) if (typeof element === "object") count += keysIn(element);
    return count;
  }
  const object = value as Readonly<Record<string, unknown>>;
  for (const key in object) {
    count++;
    const inner = object[key];
    if (typeof inner === "object") count += keysIn(inner);
  }
  return count;
}
