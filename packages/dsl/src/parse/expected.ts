import type { IntervalSet } from "antlr4ts/misc/IntervalSet.js";
import { Token } from "antlr4ts/Token.js";
import { BeTraceDSLParser as P } from "./generated/BeTraceDSLParser.js";

/** Groups of tokens that a person knows under one name, in the order in which they are said. The first that fits takes its tokens. */
const GROUPS: readonly { words: readonly string[]; needs: readonly number[]; takes: readonly number[] }[] = [
  {
    words: ["a control id"],
    needs: [P.STRING, P.INTEGER, P.IDENTIFIER, P.WHEN],
    takes: [
      ...[P.STRING, P.INTEGER, P.DECIMAL, P.DURATION, P.NUMBERLIKE, P.DOT, P.IDENTIFIER, P.AND, P.OR, P.NOT, P.IN],
      ...[P.CONTAINS, P.STARTS_WITH, P.ENDS_WITH, P.MATCHES, P.TRUE, P.FALSE, P.WHEN, P.ALWAYS, P.NEVER, P.LPAREN],
    ],
  },
  {
    words: ["an operator (== != < <= > >= in contains starts_with ends_with matches)"],
    needs: [P.EQ, P.IN],
    takes: [
      P.EQ,
      P.NE,
      P.LT,
      P.LE,
      P.GT,
      P.GE,
      P.IN,
      P.CONTAINS,
      P.STARTS_WITH,
      P.ENDS_WITH,
      P.MATCHES,
      P.DOT,
      P.LBRACKET,
    ],
  },
  {
    words: ["an expression"],
    needs: [P.NOT, P.LPAREN, P.IDENTIFIER],
    takes: [P.NOT, P.LPAREN, P.IDENTIFIER, P.TRUE, P.FALSE],
  },
  {
    words: ["a value", "a field"],
    needs: [P.INTEGER, P.STRING, P.TRUE, P.IDENTIFIER],
    takes: [P.INTEGER, P.STRING, P.DECIMAL, P.DURATION, P.NUMBERLIKE, P.TRUE, P.FALSE, P.IDENTIFIER],
  },
  {
    words: ["a value"],
    needs: [P.INTEGER, P.STRING, P.TRUE],
    takes: [P.INTEGER, P.STRING, P.DECIMAL, P.DURATION, P.NUMBERLIKE, P.TRUE, P.FALSE],
  },
  {
    words: ["a name"],
    needs: [P.IDENTIFIER, P.WHEN],
    takes: [
      ...[P.IDENTIFIER, P.AND, P.OR, P.NOT, P.IN, P.CONTAINS, P.STARTS_WITH, P.ENDS_WITH, P.MATCHES],
      ...[P.TRUE, P.FALSE, P.WHEN, P.ALWAYS, P.NEVER],
    ],
  },
];

const WORDS: ReadonlyMap<number, string> = new Map([
  [P.AND, '"and"'],
  [P.OR, '"or"'],
  [P.WHEN, '"when"'],
  [P.ALWAYS, '"always"'],
  [P.NEVER, '"never"'],
  [P.LPAREN, '"("'],
  [P.RPAREN, '")"'],
  [P.LBRACE, '"{"'],
  [P.RBRACE, '"}"'],
  [P.LBRACKET, '"["'],
  [P.RBRACKET, '"]"'],
  [P.COMMA, '","'],
  [P.DOT, '"."'],
  [P.ASSIGN, '"="'],
  [P.AT, "an annotation"],
  [P.STRING, "a string in double quotes"],
  [P.IDENTIFIER, "a name"],
  [Token.EOF, "the end of the rule"],
]);

/** What ends an expression: where one of these may stand, another condition may be joined as well. */
const ENDS: readonly number[] = [P.RPAREN, P.RBRACE, Token.EOF];
const OPENS: ReadonlySet<number> = new Set([P.LPAREN, P.LBRACE, P.LBRACKET, P.COMMA, P.RBRACE]);

/**
 * What may stand after `before`, in words for a person, from the tokens that the parser would take there. The parser has
 * by then given up what is optional (an operator, another condition); this puts it back.
 */
export function expectedWords(set: IntervalSet, before: Token | undefined): string[] {
  const left = new Set(set.toArray());
  if (before && ENDS.some((type) => left.has(type)) && !left.has(P.ALWAYS) && !OPENS.has(before.type)) {
    for (const type of [P.AND, P.OR]) left.add(type);
    if (before.type === P.IDENTIFIER || before.type === P.RBRACKET) for (const type of [P.EQ, P.IN]) left.add(type);
  }
  const words: string[] = [];
  for (const group of GROUPS) {
    if (!group.needs.every((type) => left.has(type))) continue;
    words.push(...group.words);
    for (const type of group.takes) left.delete(type);
    // After a reference "(" only says that it could be a call.
    if (left.has(P.RPAREN) || left.has(P.AND)) left.delete(P.LPAREN);
  }
  for (const [type, word] of WORDS) if (left.has(type)) words.push(word);
  return [...new Set(words)];
}
