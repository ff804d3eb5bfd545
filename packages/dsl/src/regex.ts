import { RE2JS, RE2JSException } from "re2js";

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
    return { ok: true, test: (text) => compiled.test(text) };
  } catch (error) {
    if (error instanceof RE2JSException || error instanceof RangeError)
      return { ok: false, reason: error.message.replace(/^error parsing regexp: /, "") };
    throw error;
  }
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
