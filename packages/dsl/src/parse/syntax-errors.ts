import type { ANTLRErrorListener } from "antlr4ts/ANTLRErrorListener.js";
import { Parser } from "antlr4ts/Parser.js";
import { Token } from "antlr4ts/Token.js";
import { MAX_SYNTAX_ERRORS } from "../limits.js";
import type { Problem } from "../problem.js";
import { cut, describePlace } from "../problem.js";
import { expectedWords } from "./expected.js";
import { BeTraceDSLParser as P } from "./generated/BeTraceDSLParser.js";
import type { GuardedTokens } from "./guard.js";
import { placeOf } from "./repair.js";

/** Thrown through the generated parser when it has found enough; it never leaves this folder. */
export class TooManySyntaxErrors extends Error {}

/** Collects what the parser stumbles over, each with what could have stood there. */
export function listenForSyntaxErrors(
  text: string,
  guarded: GuardedTokens,
  problems: Problem[],
): ANTLRErrorListener<Token> {
  return {
    syntaxError(recognizer, symbol, _line, _column, _message, exception) {
      if (!(recognizer instanceof Parser) || symbol === undefined) return;
      const atEnd = symbol.type === Token.EOF;
      // A bracket that does have its opener, where the end was expected: the echo of an error inside the brackets.
      if (problems.length > 0 && CLOSERS.has(symbol.type) && !guarded.stray.has(symbol)) return;
      const before = atEnd ? guarded.tokens.at(-1) : guarded.tokens[guarded.tokens.indexOf(symbol) - 1];
      const expected = expectedWords(exception?.expectedTokens ?? recognizer.getExpectedTokens(), before);
      const written = cut(symbol.text ?? "");
      const found = atEnd ? "the end of the rule" : symbol.type === P.STRING ? written : `"${written}"`;
      problems.push({
        code: "syntax",
        message: `expected ${listOf(expected)}, found ${found}`,
        place: atEnd ? { start: text.length, end: text.length } : placeOf(symbol),
        expected,
        hint: hintFor(text, symbol, before, expected, guarded),
      });
      if (problems.length >= MAX_SYNTAX_ERRORS) throw new TooManySyntaxErrors();
    },
  };
}

/** "a, b or c". */
export function listOf(words: readonly string[]): string {
  const last = words.at(-1) ?? "something else";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

/** Words of other languages, and what says the same here. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ["is", 'write "=="'],
  ["eq", 'write "=="'],
  ["equals", 'write "=="'],
  ["ne", 'write "!="'],
  ["gt", 'write ">"'],
  ["gte", 'write ">="'],
  ["lt", 'write "<"'],
  ["lte", 'write "<="'],
  ["like", 'write "contains" for a substring, or "matches" for a regular expression'],
  ["includes", 'write "contains"'],
  ["contain", 'write "contains"'],
  ["startswith", 'write "starts_with"'],
  ["endswith", 'write "ends_with"'],
  ["match", 'write "matches"'],
  ["regex", 'write "matches"'],
  ["between", "write two comparisons: field >= low and field <= high"],
  ["then", 'an invariant is written when { ... } always { ... }, a rule of one expression joins with "and"'],
]);

const LITERALS: ReadonlySet<number> = new Set([P.STRING, P.INTEGER, P.DECIMAL, P.DURATION, P.NUMBERLIKE]);
const CLOSERS: ReadonlySet<number> = new Set([P.RPAREN, P.RBRACE, P.RBRACKET]);

function hintFor(
  text: string,
  symbol: Token,
  before: Token | undefined,
  expected: readonly string[],
  guarded: GuardedTokens,
): string | undefined {
  const unclosed = guarded.open.at(-1);
  if (
    unclosed &&
    (symbol.type === Token.EOF || expected.includes(`"${closerOf(unclosed)}"`)) &&
    !LITERALS.has(symbol.type)
  ) {
    return `the "${unclosed.text}" at ${describePlace(text, unclosed.startIndex)} is not closed`;
  }
  if (CLOSERS.has(symbol.type) && guarded.stray.has(symbol))
    return `no bracket is open that this "${symbol.text}" closes`;
  if (symbol.type === P.LBRACE && before === undefined) return "a rule has no braces around it: trace.has(...)";
  if (symbol.type === P.NOT && expected.some((word) => word.startsWith("an operator"))) {
    return 'put "not" in front: not (span.name in ["a", "b"])';
  }
  if (before?.type === P.IN) return 'write the list in brackets: in ["a", "b"]';
  if (LITERALS.has(symbol.type) && expected.includes("an expression")) {
    return 'a comparison begins with its field: span.name == "checkout"';
  }
  if (before?.type === P.LBRACKET && symbol.type === P.IDENTIFIER)
    return "put a key, or a text in a list, in double quotes";
  const word = symbol.type === P.IDENTIFIER ? OTHER_WORDS.get((symbol.text ?? "").toLowerCase()) : undefined;
  if (word) return word;
  if (symbol.type === P.LPAREN && before?.type === P.WHEN) return "write braces: when { ... }";
  if (
    expected.includes('"and"') &&
    (symbol.type === P.IDENTIFIER || symbol.type === P.LPAREN || symbol.type === P.NOT)
  ) {
    return 'join two conditions with "and" or "or"';
  }
  return undefined;
}

function closerOf(opener: Token): string {
  return opener.type === P.LPAREN ? ")" : opener.type === P.LBRACE ? "}" : "]";
}
