import { RE2JS, RE2JSException } from "re2js";
import { MAX_REMEMBERED_TEXT_LENGTH, MAX_REMEMBERED_TEXTS } from "./limits.js";

/** A regular expression that runs in time linear in its input, or why RE2 does not accept it. */
export type Regex =
  | {
      readonly ok: true /** True when the pattern is found anywhere in the text. */;
      readonly test: (text: string) => boolean;
    }
  | { readonly ok: false; readonly reason: string };

/** Compiles an RE2 pattern (github.com/google/re2/wiki/Syntax). Never the host's engine: that backtracks. */
export function compileRegex(pattern: string): Regex {
  try {
    const compiled = RE2JS.compile(pattern);
    return { ok: true, test: remembering((text) => compiled.test(text)) };
  } catch (error) {
    if (error instanceof RE2JSException || error instanceof RangeError)
      return { ok: false, reason: error.message.replace(/^error parsing regexp: /, "") };
    throw error;
  }
}

/** Names and services come again and again: looking an answer up takes a tenth of finding it. */
function remembering(test: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>();
  return (text) => {
    if (text.length > MAX_REMEMBERED_TEXT_LENGTH) return test(text);
    let answer = answers.get(text);
    if (answer !== undefined) return answer;
    answer = test(text);
    if (answers.size >= MAX_REMEMBERED_TEXTS) answers.clear();
    answers.set(text, answer);
    return answer;
  };
}

/** Compiles each pattern once, however often a rule names it. */
export function createRegexes(): (pattern: string) => Regex {
  const known = new Map<string, Regex>();
  return (pattern) => {
    const regex = known.get(pattern) ?? compileRegex(pattern);
    known.set(pattern, regex);
    return regex;
  };
}
