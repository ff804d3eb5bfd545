import type { CommonToken } from "antlr4ts/CommonToken.js";
import { Token } from "antlr4ts/Token.js";
import { MAX_ERRORS, MAX_NESTING, MAX_RULE_BYTES, MAX_RULE_TOKENS } from "../limits.js";
import type { Problem } from "../problem.js";
import { Brackets } from "./brackets.js";
import { BeTraceDSLLexer } from "./generated/BeTraceDSLLexer.js";
import { placeOf, repair } from "./repair.js";
import { RuleCharacters } from "./rule-characters.js";
import { TokenList } from "./token-list.js";

/** What the guard lets through: tokens that the parser can digest, with the brackets that do not pair. */
export interface GuardedTokens {
  readonly tokens: readonly Token[];
  /** Undefined when the text is too long, too deep, too wrong or too empty to be parsed at all. */
  readonly stream: TokenList | undefined;
  readonly problems: readonly Problem[];
  /** Brackets that are never closed, outermost first. */
  readonly open: readonly Token[];
  /** Closing brackets that close nothing. */
  readonly stray: ReadonlySet<Token>;
}

/**
 * Reads a text of any content into tokens, within limits, so that nothing behind it can overflow a stack or take long. What
 * other languages write is reported and repaired. Linear in the text, and it stops at the first limit.
 */
export function guard(text: string): GuardedTokens {
  const problems: Problem[] = [];
  const tokens: Token[] = [];
  const brackets = new Brackets();
  const refused = (problem?: Problem): GuardedTokens => {
    if (problem) problems.push(problem);
    return { tokens, stream: undefined, problems, open: [], stray: new Set() };
  };
  if (isTooLong(text)) return refused(TOO_LONG);
  const lexer = new BeTraceDSLLexer(new RuleCharacters(text));
  lexer.removeErrorListeners();
  let lexed = 0;
  let token = lexer.nextToken();
  for (; token.type !== Token.EOF; token = lexer.nextToken()) {
    lexed += 1;
    if (lexed > MAX_RULE_TOKENS) return refused(tooMany(token));
    const kept = repair(token as CommonToken, tokens, problems);
    if (problems.length >= MAX_ERRORS) return refused();
    if (!kept) continue;
    if (brackets.take(kept) > MAX_NESTING) return refused(tooDeep(kept));
    // The parser's recovery tells by the index which tokens are in the text.
    (kept as CommonToken).tokenIndex = tokens.length;
    tokens.push(kept);
  }
  if (tokens.length === 0) return refused(problems.length === 0 ? empty(text) : undefined);
  return { tokens, stream: new TokenList(tokens, token, lexer), problems, open: brackets.open, stray: brackets.stray };
}

/** A text of more units than the limit has bytes need not be counted. */
function isTooLong(text: string): boolean {
  return text.length > MAX_RULE_BYTES || Buffer.byteLength(text, "utf8") > MAX_RULE_BYTES;
}

const TOO_LONG: Problem = {
  code: "too_long",
  message: `the rule is longer than ${MAX_RULE_BYTES} bytes`,
  place: { start: 0, end: 0 },
  expected: [`at most ${MAX_RULE_BYTES} bytes of UTF-8`],
};

function tooMany(token: Token): Problem {
  return {
    code: "too_long",
    message: `the rule has more than ${MAX_RULE_TOKENS} words and signs`,
    place: placeOf(token),
    expected: [`at most ${MAX_RULE_TOKENS} words and signs`],
    hint: 'a long list of values may be one "matches"',
  };
}

function tooDeep(token: Token): Problem {
  return {
    code: "too_deep",
    message: `the rule is nested more than ${MAX_NESTING} levels deep here`,
    place: placeOf(token),
    expected: [`at most ${MAX_NESTING} levels of parentheses, calls and "not"s`],
  };
}

function empty(text: string): Problem {
  return {
    code: "empty",
    message: "the text holds no rule",
    place: { start: text.length, end: text.length },
    expected: ["an expression", "an invariant"],
    hint: 'for example: trace.has(span.status == "error")',
  };
}
