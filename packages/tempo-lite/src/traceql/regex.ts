import { RE2JS } from "re2js";
import { MAX_REGEX_MEMO } from "../limits.js";

const META = /[.+*?()[\]{}^$|\\]/;

/**
 * A test for `=~`: anchored at both ends, `.` matches newlines too, linear in time. Alternations of plain words (the
 * bulk read's thousands of trace ids) become a set, and plain text between `.*` becomes a search for it.
 */
export function regexTest(pattern: string): (text: string) => boolean {
  const words = plainWords(pattern);
  if (words !== undefined) {
    const set = new Set(words);
    return (text) => set.has(text);
  }
  const affix = /^(\.\*)?([\s\S]*?)(\.\*)?$/.exec(pattern);
  const literal = affix?.[2] === undefined ? undefined : plainText(affix[2]);
  if (affix !== null && literal !== undefined) {
    if (affix[1] && affix[3]) return (text) => text.includes(literal);
    return affix[1] ? (text) => text.endsWith(literal) : (text) => text.startsWith(literal);
  }
  const compiled = RE2JS.compile(pattern, RE2JS.DOTALL);
  const memo = new Map<string, boolean>();
  return (text) => {
    const known = memo.get(text);
    if (known !== undefined) return known;
    const answer = compiled.matches(text);
    if (memo.size < MAX_REGEX_MEMO) memo.set(text, answer);
    return answer;
  };
}

function plainWords(pattern: string): string[] | undefined {
  const inner = /^\(([^()]*)\)$/.exec(pattern)?.[1] ?? pattern;
  const words = inner.split("|").map(plainText);
  return words.includes(undefined) ? undefined : (words as string[]);
}

/** The text that a pattern without operators stands for, its escaped punctuation included; undefined for any other pattern. */
function plainText(pattern: string): string | undefined {
  const unescaped = pattern.replaceAll(/\\([^A-Za-z0-9\s])/g, "");
  if (META.test(unescaped)) return undefined;
  return pattern.replaceAll(/\\([^A-Za-z0-9\s])/g, "$1");
}
