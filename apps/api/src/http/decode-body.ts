import { isUtf8 } from "node:buffer";
import { firstWrongByte } from "@betrace/contracts";
import { placeOf } from "./json-faults.js";
import { ProblemError } from "./problem-error.js";

/** Names of UTF-8, and of ASCII, which it contains. */
const CHARSETS: ReadonlySet<string> = new Set(["utf-8", "utf8", "us-ascii", "ascii"]);

/**
 * A body's text, without its byte order mark. Nothing is replaced or guessed: a rule read in the wrong encoding would
 * match nothing.
 * @throws ProblemError `invalid_request` for a charset other than UTF-8, `invalid_json` for bytes that are not UTF-8, with their place.
 */
export function decodeBody(bytes: Uint8Array, contentType: string | undefined): string {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType ?? "")?.[1];
  if (charset !== undefined && !CHARSETS.has(charset.toLowerCase())) {
    const detail = `Content-Type names the charset ${JSON.stringify(charset.slice(0, 60))}; send UTF-8, and no charset or utf-8`;
    throw new ProblemError("invalid_request", detail);
  }
  const otherwise = otherEncoding(bytes);
  if (otherwise !== undefined) throw new ProblemError("invalid_json", otherwise);
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  const at = firstWrongByte(bytes);
  const before = new TextDecoder().decode(bytes.subarray(0, at));
  const { line, column } = placeOf(before, before.length);
  const byte = (bytes[at] ?? 0).toString(16).padStart(2, "0");
  throw new ProblemError(
    "invalid_json",
    `the body is not UTF-8: byte 0x${byte} at line ${line}, column ${column} (byte ${at}); send it as UTF-8`,
  );
}

/**
 * What the first bytes give away. JSON begins with two characters of ASCII, which have a zero beside them in UTF-16.
 */
function otherEncoding([first, second]: Uint8Array): string | undefined {
  if (first === 0x1f && second === 0x8b) return "the body is packed by gzip; say so with Content-Encoding: gzip";
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return marked || first === 0 || second === 0 ? "the body is UTF-16, not UTF-8; send it as UTF-8" : undefined;
}
