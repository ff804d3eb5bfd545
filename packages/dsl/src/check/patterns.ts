import { MAX_PATTERN_LENGTH, MAX_PATTERNS, MAX_PATTERNS_LENGTH } from "../limits.js";
import { compileRegex } from "../regex.js";

/** Judges a rule's regular expressions, each once, within limits: says why one is refused, undefined if it is not. */
export function createPatternCheck(): (pattern: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  let length = 0;
  return (pattern) => {
    if (known.has(pattern)) return known.get(pattern);
    if (pattern.length > MAX_PATTERN_LENGTH) return `it is longer than ${MAX_PATTERN_LENGTH} characters`;
    if (known.size === MAX_PATTERNS) return `the rule has more than ${MAX_PATTERNS} of them`;
    length += pattern.length;
    if (length > MAX_PATTERNS_LENGTH)
      return `those of the rule are longer than ${MAX_PATTERNS_LENGTH} characters together`;
    const regex = compileRegex(pattern);
    const reason = regex.ok ? undefined : regex.reason;
    known.set(pattern, reason);
    return reason;
  };
}
