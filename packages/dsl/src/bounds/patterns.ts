/** Regular expressions for Tempo, which anchors them at both ends and lets `.` match newlines (`(?s:`, Prometheus' matcher). */
import { MAX_SENT_GROUPS, MAX_SENT_PATTERN_LENGTH, MAX_SENT_REPETITIONS } from "../limits.js";
import { isComparableText } from "./literals.js";

/** The text as a pattern that matches exactly it. */
export function quotePattern(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}

/** Matches what contains, starts with or ends with the text. Exact, so it may also be negated. */
export function textPattern(operator: "contains" | "starts_with" | "ends_with", text: string): string {
  const before = operator === "starts_with" ? "" : ".*";
  const after = operator === "ends_with" ? "" : ".*";
  return `(?s)${before}${quotePattern(text)}${after}`;
}

/**
 * The least text, in the order of UTF-8's bytes, that is greater than all that start with this one; undefined if none
 * is.
 */
export function afterPrefix(prefix: string): string | undefined {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = (last.codePointAt(0) ?? 0) + 1;
    // Not into the surrogates, nor onto U+FFFD, which may stand for broken bytes.
    const next = point === 0xd800 ? 0xe000 : point === 0xfffd ? 0xfffe : point;
    if (next <= 0x10ffff) return points.join("") + String.fromCodePoint(next);
  }
  return undefined;
}

/** Matches exactly the texts. */
export function listPattern(texts: readonly string[]): string {
  return texts.map(quotePattern).join("|");
}

/**
 * A pattern for Tempo that matches, whole, everything in which the rule's pattern is found; undefined if the two
 * engines (re2js here, Go's regexp behind Prometheus' shortcuts there) may not read the pattern alike. Matches more
 * than the rule's where a `.` meets a newline, so it must not be negated.
 */
export function searchPattern(pattern: string): string | undefined {
  if (pattern.length > MAX_SENT_PATTERN_LENGTH || !isCommonPattern(pattern)) return undefined;
  const alternatives = hasTopLevelBar(pattern);
  const multiline = /\(\?[a-z]*m/i.test(pattern);
  const anchoredStart = !alternatives && !multiline && pattern.startsWith("^");
  const anchoredEnd = !alternatives && !multiline && /(^|[^\\])(\\\\)*\$$/.test(pattern) && pattern.length > 1;
  const body = pattern.slice(anchoredStart ? 1 : 0, anchoredEnd ? -1 : undefined);
  return `(?s)${anchoredStart ? "" : ".*"}(?:${body})${anchoredEnd ? "" : ".*"}`;
}

/** One piece of the syntax that both engines read alike: escapes, group openings, classes, repetitions, plain characters. */
const PIECE =
  /\\[dDwWsSbBAz]|\\[tnrfv]|\\[!-/:-@[-`{-~]|\(\?(?:[imsU]*(?:-[imsU]+)?)[:)]|\((?!\?)|\[\^?\]?(?:\\[dDwWsS]|\\[tnrfv]|\\[!-/:-@[-`{-~]|[^\\[\]])*\]|\{\d+(?:,\d*)?\}|[^\\([]/suy;

function isCommonPattern(pattern: string): boolean {
  if (!isComparableText(pattern)) return false;
  // The engines' tables of letter cases may be of different Unicode versions.
  if (/\(\?[a-zA-Z]*i/.test(pattern) && /[^\0-\x7f]/.test(pattern)) return false;
  let repetition = 1;
  let depth = 0;
  for (let at = 0; at < pattern.length; ) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(pattern)?.[0];
    if (piece === undefined) return false;
    if (piece.startsWith("(") && ++depth > MAX_SENT_GROUPS) return false;
    const most = /^\{(\d+)(?:,(\d*))?\}$/.exec(piece);
    if (most !== null) repetition *= Math.max(1, Number(most[1]), Number(most[2] ?? 0));
    if (repetition > MAX_SENT_REPETITIONS) return false;
    at += piece.length;
  }
  return true;
}

function hasTopLevelBar(pattern: string): boolean {
  let depth = 0;
  for (const [piece] of pattern.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]])*\]|[()|]/gsu)) {
    if (piece === "(") depth++;
    else if (piece === ")") depth--;
    else if (piece === "|" && depth <= 0) return true;
  }
  return false;
}
