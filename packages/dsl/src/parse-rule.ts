import type { Rule } from "./rule.js";
import type { RuleError } from "./rule-error.js";

/** A rule that may be compiled, or every problem that was found in its text, in the order of the text. */
export type ParseResult =
  | { readonly ok: true; readonly rule: Rule }
  | { readonly ok: false; readonly errors: readonly RuleError[] };
