/**
 * Values and names in TraceQL's own spelling (Tempo's `pkg/traceql/lexer.go`, which scans with Go's text/scanner and
 * unquotes with strconv.Unquote).
 */

const INT64_MAX = 2n ** 63n - 1n;

/**
 * Whether a string reaches Tempo and is compared there as it is compared here. Half a surrogate pair does not survive
 * UTF-8; U+FFFD stands here for bytes that are no UTF-8 (a value cut at 2,048 bytes), and there for itself.
 */
export function isComparableText(text: string): boolean {
  return !/\p{Surrogate}|\uFFFD/u.test(text);
}

/** A string literal. Control characters are escaped: a raw newline or NUL is a parse error. */
export function quoteString(text: string): string {
  let quoted = '"';
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (character === '"' || character === "\\") quoted += `\\${character}`;
    else if (code < 0x20 || code === 0x7f) quoted += `\\x${code.toString(16).padStart(2, "0")}`;
    else quoted += character;
  }
  return `${quoted}"`;
}

/** What {@link quoteString} was given. */
export function unquoteString(literal: string): string {
  return literal
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-f]{2})|(.))/gs, (_, hex: string | undefined, character: string) =>
      hex === undefined ? character : String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

/**
 * An attribute with its scope, its name always quoted; undefined for a name that no query can hold. Inside a quoted name only
 * `\"` and `\\` are escapes, so a NUL, which the scanner refuses raw, cannot be written.
 */
export function attributeName(scope: "span" | "resource", key: string): string | undefined {
  if (!isComparableText(key) || key.includes("\0")) return undefined;
  return `${scope}."${key.replace(/["\\]/g, "\\$&")}"`;
}

/** An integer literal; undefined beyond 64 bits, and for the least one: its digits overflow before the sign is read. */
export function integerLiteral(value: bigint): string | undefined {
  return value < -INT64_MAX || value > INT64_MAX ? undefined : value.toString();
}

/** A literal that Tempo takes for a double: with a point or an exponent. */
export function doubleLiteral(value: number): string {
  const digits = String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

/** A duration literal in whole nanoseconds; undefined beyond 64 bits. */
export function durationLiteral(ns: bigint): string | undefined {
  return ns < 0n || ns > INT64_MAX ? undefined : `${ns}ns`;
}
