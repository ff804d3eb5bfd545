import { misread } from "./otlp-json-error.js";

/** A trace id as 32 lower-case hex digits. Hex in any letter case, or base64 of exactly 16 bytes; not all zero. */
export function traceIdOf(value: unknown, place: string): string {
  return idOf(value, TRACE_ID) ?? refuse(value, TRACE_ID, place);
}

/** A span id as 16 lower-case hex digits. Hex in any letter case, or base64 of exactly 8 bytes; not all zero. */
export function spanIdOf(value: unknown, place: string): string {
  return idOf(value, SPAN_ID) ?? refuse(value, SPAN_ID, place);
}

/** As {@link spanIdOf}; empty if it is absent, empty or zero, however many zeros and however spelled. */
export function parentSpanIdOf(value: unknown, place: string): string {
  return isNoId(value) ? "" : (idOf(value, SPAN_ID) ?? refuse(value, SPAN_ID, place));
}

/** The ids of a link, which may be empty. */
export function linkedIdOf(value: unknown, kind: "trace" | "span", place: string): string {
  const form = kind === "trace" ? TRACE_ID : SPAN_ID;
  return isNoId(value) ? "" : (idOf(value, form) ?? refuse(value, form, place));
}

interface Form {
  readonly name: string;
  readonly bytes: number;
  readonly hex: RegExp;
  readonly lowerHex: RegExp;
}

const form = (name: string, bytes: number): Form => ({
  name,
  bytes,
  hex: new RegExp(`^[0-9a-fA-F]{${2 * bytes}}$`),
  lowerHex: new RegExp(`^[0-9a-f]{${2 * bytes}}$`),
});
const TRACE_ID = form("trace id", 16);
const SPAN_ID = form("span id", 8);

const ZEROS = /^(?:0[xX])?0*$/;

function isNoId(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (typeof value !== "string") return false;
  return ZEROS.test(value) || (/^A+={0,2}$/.test(value) && bytesOf(value) !== undefined);
}

/** Undefined for what is no id of this form. */
function idOf(value: unknown, { bytes, hex, lowerHex }: Form): string | undefined {
  if (typeof value !== "string") return undefined;
  const id = lowerHex.test(value) ? value : hex.test(value) ? value.toLowerCase() : hexFromBase64(value, bytes);
  return id === undefined || ZEROS.test(id) ? undefined : id;
}

function hexFromBase64(value: string, length: number): string | undefined {
  const bytes = bytesOf(value);
  return bytes?.length === length ? bytes.toString("hex") : undefined;
}

/** Base64 in either alphabet, padded or not. Node decodes anything at all, so what it made must give the same text again. */
function bytesOf(value: string): Buffer | undefined {
  const bytes = Buffer.from(value, "base64");
  const plain = value.replace(/={1,2}$/, "");
  if (value.length !== plain.length && value.length % 4 !== 0) return undefined;
  const unpadded = bytes.toString("base64").replace(/=+$/, "");
  return plain === unpadded || plain === bytes.toString("base64url") ? bytes : undefined;
}

function refuse(value: unknown, { name, bytes }: Form, place: string): never {
  throw misread(
    place,
    `a ${name} of ${2 * bytes} hex digits, or base64 of ${bytes} bytes, that is not all zero`,
    value,
  );
}
