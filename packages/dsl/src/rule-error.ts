/** A problem of a rule's text, for its author: what is wrong, where, and what to write instead. */
export interface RuleError {
  /** Stable: programs may rely on it; see {@link RULE_ERROR_CODES}. */
  readonly code: RuleErrorCode;
  /** One sentence for a person. */
  readonly message: string;
  /** 1-based line, where a line ends at `\n`. */
  readonly line: number;
  /** 1-based column, in UTF-16 code units as editors count them. */
  readonly column: number;
  /** Length of the offending text in UTF-16 code units; 0 at the end of the rule. */
  readonly length: number;
  /** The offending text, cut at 120 characters. */
  readonly text: string;
  /** What could have stood there, in words; empty if nothing short can be said. */
  readonly expected: readonly string[];
  /** A likely fix. */
  readonly hint?: string;
}

/** Every code an error can have, and what it says. */
export const RULE_ERROR_CODES = {
  too_long: "the text is longer than 64 KiB, or has more than 28,000 words and signs",
  too_deep: "parentheses, calls or `not`s stand more than 200 levels deep",
  empty: "the text holds no rule",
  bad_character: "a character that the language does not use outside strings",
  bad_string: "a string that is not closed, or an escape that JSON does not know",
  bad_number: "a number that does not fit 64 bits or a double",
  bad_duration: "a duration that is negative, finer than a nanosecond, beyond 292 years, or of an unknown unit",
  syntax: "something else was expected at this place, or a call takes something else",
  foreign_syntax: "an operator or form of another language",
  unknown_field: "a field of a span or trace that does not exist",
  unknown_function: "a function that does not exist",
  mixed_levels: "a span comparison outside trace.has(...), or a trace-level call inside it",
  bad_operator: "an operator that the field's type does not have",
  type_mismatch: "a literal of another type than the field, so that the comparison could never hold",
  unknown_word: "a word that the field never has, such as a status that does not exist",
  bad_regex: "a regular expression that RE2 does not accept, or more of them than a rule may have",
  bad_annotation: "an annotation without controls, or a control that is not an id",
  bad_clause: "an invariant without a clause, or with one twice",
} as const;

/** A stable name for a kind of problem. */
export type RuleErrorCode = keyof typeof RULE_ERROR_CODES;
