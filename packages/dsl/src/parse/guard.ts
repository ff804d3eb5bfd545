import { ANTLRInputStream } from "antlr4ts/ANTLRInputStream.js";
import type { CommonToken } from "antlr4ts/CommonToken.js";
import type { Token } from "antlr4ts/Token.js";
import { MAX_ERRORS, MAX_NESTING, MAX_RULE_BYTES } from "../limits.js";
import type { Problem } from "../problem.js";
import { cut } from "../problem.js";
import { BeTraceDSLLexer as T } from "./generated/BeTraceDSLLexer.js";

/** What the guard lets through: tokens that the parser can digest, with the brackets that do not pair. */
export interface GuardedTokens {
  readonly tokens: readonly Token[];
  readonly problems: readonly Problem[];
  /** Brackets that are never closed, outermost first. */
  readonly open: readonly Token[];
  /** Closing brackets that close nothing. */
  readonly stray: ReadonlySet<Token>;
  /** True when the tokens are too deep or too wrong to be parsed at all. */
  readonly hopeless: boolean;
}

/**
 * Reads a text of any content into tokens, within limits: at most {@link MAX_RULE_BYTES} and {@link MAX_NESTING}, so that
 * nothing behind it can overflow a stack. What other languages write (`&&`, `'text'`, `=`) is reported with what to write
 * here, and repaired, so that the parser does not stumble over it a second time. Linear in the text.
 */
export function guard(text: string): GuardedTokens {
  const tooLong = findTooLong(text);
  if (tooLong) return { tokens: [], problems: [tooLong], open: [], stray: new Set(), hopeless: true };
  // Not CharStreams.fromString: that counts code points and throws on a lone surrogate; this one counts as we do.
  const lexer = new T(new ANTLRInputStream(text));
  lexer.removeErrorListeners();
  const problems: Problem[] = [];
  const tokens: Token[] = [];
  for (const token of lexer.getAllTokens()) {
    if (problems.length === MAX_ERRORS) break;
    const kept = repair(token as CommonToken, tokens, problems);
    if (kept) tokens.push(kept);
  }
  const brackets = pairBrackets(tokens);
  if (brackets.tooDeep) {
    problems.push({
      code: "too_deep",
      message: `the rule is nested more than ${MAX_NESTING} levels deep here`,
      place: placeOf(brackets.tooDeep),
      expected: [`at most ${MAX_NESTING} levels of parentheses, calls and "not"s`],
    });
  } else if (tokens.length === 0 && problems.length === 0) {
    problems.push({
      code: "empty",
      message: "the text holds no rule",
      place: { start: text.length, end: text.length },
      expected: ["an expression", "an invariant"],
      hint: 'for example: trace.has(span.status == "error")',
    });
  }
  const hopeless = brackets.tooDeep !== undefined || tokens.length === 0 || problems.length >= MAX_ERRORS;
  return { tokens, problems, open: brackets.open, stray: brackets.stray, hopeless };
}

/** The place of a token in the text. */
export function placeOf(token: Token): { start: number; end: number } {
  return { start: token.startIndex, end: Math.max(token.startIndex, token.stopIndex + 1) };
}

function findTooLong(text: string): Problem | undefined {
  const bytes = text.length > MAX_RULE_BYTES ? undefined : Buffer.byteLength(text, "utf8");
  if (bytes !== undefined && bytes <= MAX_RULE_BYTES) return undefined;
  return {
    code: "too_long",
    message: `the rule is longer than ${MAX_RULE_BYTES} bytes`,
    place: { start: 0, end: 0 },
    expected: [`at most ${MAX_RULE_BYTES} bytes of UTF-8`],
  };
}

interface Repair {
  readonly type: number;
  readonly write: string;
}

const REPAIRS: ReadonlyMap<number, Repair> = new Map([
  [T.FOREIGN_AND, { type: T.AND, write: 'write "and"' }],
  [T.FOREIGN_OR, { type: T.OR, write: 'write "or"' }],
  [T.FOREIGN_NOT, { type: T.NOT, write: 'write "not"' }],
  [T.FOREIGN_EQ, { type: T.EQ, write: 'write "=="' }],
  [T.FOREIGN_NE, { type: T.NE, write: 'write "!="' }],
  [T.FOREIGN_GE, { type: T.GE, write: 'write ">="' }],
  [T.FOREIGN_LE, { type: T.LE, write: 'write "<="' }],
  [T.FOREIGN_MATCH, { type: T.MATCHES, write: 'write "matches", as in span.name matches "^db\\\\."' }],
  [T.FOREIGN_NO_MATCH, { type: T.MATCHES, write: 'write not (... matches "...")' }],
]);

/** Reports what the language does not know and gives the token that was meant; undefined where nothing can be made of it. */
function repair(token: CommonToken, before: readonly Token[], problems: Problem[]): Token | undefined {
  const written = cut(token.text ?? "");
  const foreign = (hint: string) =>
    problems.push({
      code: "foreign_syntax",
      message: `${written} is not part of this language`,
      place: placeOf(token),
      hint,
    });
  // "=" has one place in the language: @SOC2(controls = {...}).
  if (token.type === T.ASSIGN && before.at(-4)?.type !== T.AT) {
    foreign('write "=="');
    token.type = T.EQ;
    return token;
  }
  const known = REPAIRS.get(token.type);
  if (known) {
    foreign(known.write);
    token.type = known.type;
    return token;
  }
  switch (token.type) {
    case T.FOREIGN_STRING: {
      const repaired = JSON.stringify((token.text ?? "").slice(1, -1).replaceAll("\\'", "'"));
      foreign(`write strings in straight double quotes: ${cut(repaired)}`);
      token.type = T.STRING;
      token.text = repaired;
      return token;
    }
    case T.FOREIGN_COMMENT:
      foreign('comments start with "//" and end with the line');
      return undefined;
    case T.OPEN_STRING:
      problems.push({
        code: "bad_string",
        message: "this string is not closed on its line",
        place: placeOf(token),
        expected: ['a closing "'],
        hint: 'inside a string write \\n for a new line and \\" for a quote',
      });
      token.type = T.STRING;
      token.text = '""';
      return token;
    case T.OTHER:
      reportCharacter(token, problems);
      return undefined;
    default:
      return token;
  }
}

/** One error for a run of such characters: a binary file would otherwise fill the list with its first line. */
function reportCharacter(token: Token, problems: Problem[]): void {
  const last = problems.at(-1);
  const place = placeOf(token);
  if (last?.code === "bad_character" && last.place.end === place.start) {
    problems[problems.length - 1] = {
      ...last,
      message: "these characters mean nothing here",
      place: { ...last.place, end: place.end },
    };
    return;
  }
  const unit = (token.text ?? "").charCodeAt(0);
  const name =
    unit > 0x20 && unit < 0x7f
      ? `"${token.text}"`
      : `the character U+${unit.toString(16).toUpperCase().padStart(4, "0")}`;
  problems.push({ code: "bad_character", message: `${name} means nothing here`, place });
}

const CLOSER_OF: ReadonlyMap<number, number> = new Map([
  [T.LPAREN, T.RPAREN],
  [T.LBRACE, T.RBRACE],
  [T.LBRACKET, T.RBRACKET],
]);
const CLOSERS: ReadonlySet<number> = new Set(CLOSER_OF.values());

/** Depth counts open brackets and the `not`s in front of each, as the tree will be deep. */
function pairBrackets(tokens: readonly Token[]) {
  const open: { token: Token; nots: number }[] = [];
  const stray = new Set<Token>();
  let nots = 0;
  let outerNots = 0;
  for (const token of tokens) {
    if (CLOSER_OF.has(token.type)) {
      open.push({ token, nots });
      outerNots += nots;
      nots = 0;
    } else if (CLOSERS.has(token.type)) {
      const opener = open.at(-1);
      if (opener && CLOSER_OF.get(opener.token.type) === token.type) {
        open.pop();
        nots = opener.nots;
        outerNots -= nots;
      } else {
        stray.add(token);
      }
    } else if (token.type === T.NOT) {
      nots += 1;
    } else if (token.type === T.AND || token.type === T.OR || token.type === T.COMMA) {
      nots = 0;
    }
    if (open.length + outerNots + nots > MAX_NESTING) return { open: [], stray, tooDeep: token };
  }
  return { open: open.map(({ token }) => token), stray, tooDeep: undefined };
}
