import type { UserLimit } from "@betrace/contracts";

/** The longest rule, in bytes of UTF-8. Checked before anything else looks at the text. */
export const MAX_RULE_BYTES = 64 * 1024;

/**
 * The most words and signs in a rule: the parser's work grows with these and not with the bytes. Twice as many as a rule of
 * {@link MAX_RULE_BYTES} has when it is written with ordinary names.
 */
export const MAX_RULE_TOKENS = 28_000;

/** How deep parentheses, calls, braces and `not`s may stand in each other. Checked on the tokens, before the parser runs. */
export const MAX_NESTING = 200;

/** No more errors than this are reported for one rule. */
export const MAX_ERRORS = 100;

/** An error's `text` is cut at this many characters. */
export const MAX_ERROR_TEXT = 120;

/** The parser gives up on a text after this many syntax errors: what follows is mostly their echo. */
export const MAX_SYNTAX_ERRORS = 20;

/**
 * A TraceQL filter longer than this is not sent; all spans are read instead. Tempo refuses queries of more than 128 KiB
 * (`max_query_expression_size_bytes`), and the trace ids of a bulk read and the fields to select stand in the same query.
 */
export const MAX_FILTER_BYTES = 48 * 1024;

/** The longest regular expression, and the most text in all different ones of a rule together, in UTF-16 code units: compiling them is the dearest part of checking. */
export const MAX_PATTERN_LENGTH = 2_000;
export const MAX_PATTERNS_LENGTH = 4_000;

/** The most different regular expressions in one rule. */
export const MAX_PATTERNS = 100;

/** The longest id of a control in an annotation, in UTF-16 code units. */
export const MAX_CONTROL_LENGTH = 100;

/** A longer pattern, with more counted repetitions (their product) or groups in each other, is not sent: Go's engine has limits that the one here does not share (it refuses more than 1,000 repetitions). */
export const MAX_SENT_PATTERN_LENGTH = 1_000;
export const MAX_SENT_REPETITIONS = 500;
export const MAX_SENT_GROUPS = 50;

/** More texts than this are asked for by one pattern: hundreds of equalities are slow. */
export const MAX_EQUALITIES = 50;

/** Texts of which it is known whether a pattern is found in them, for each pattern, and the longest of them, in UTF-16 code units. */
export const MAX_REMEMBERED_TEXTS = 500;
export const MAX_REMEMBERED_TEXT_LENGTH = 200;

/** Those that a user can meet: the operating guide shows them (`npm run docs:operating`). */
export const RULE_USER_LIMITS: readonly UserLimit[] = [
  { what: "Text of a rule", most: MAX_RULE_BYTES, unit: "bytes", passed: "400 `rule_rejected`" },
  {
    what: "Parentheses and `not`s in each other",
    most: MAX_NESTING,
    passed: "400 `rule_rejected`",
  },
  {
    what: "One regular expression of a rule",
    most: MAX_PATTERN_LENGTH,
    unit: "characters",
    passed: "400 `rule_rejected`",
  },
  {
    what: "All regular expressions of a rule together",
    most: MAX_PATTERNS_LENGTH,
    unit: "characters",
    passed: "400 `rule_rejected`; make several rules of it",
  },
];
