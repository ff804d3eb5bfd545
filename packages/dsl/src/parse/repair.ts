import type { CommonToken } from "antlr4ts/CommonToken.js";
import type { Token } from "antlr4ts/Token.js";
import type { Place, Problem } from "../problem.js";
import { cut } from "../problem.js";
import { BeTraceDSLLexer as T } from "./generated/BeTraceDSLLexer.js";

interface Repair {
  readonly type: number;
  readonly hint: string;
}

const REPAIRS: ReadonlyMap<number, Repair> = new Map([
  [T.FOREIGN_AND, { type: T.AND, hint: 'write "and"' }],
  [T.FOREIGN_OR, { type: T.OR, hint: 'write "or"' }],
  [T.FOREIGN_NOT, { type: T.NOT, hint: 'write "not"' }],
  [T.FOREIGN_EQ, { type: T.EQ, hint: 'write "=="' }],
  [T.FOREIGN_NE, { type: T.NE, hint: 'write "!="' }],
  [T.FOREIGN_GE, { type: T.GE, hint: 'write ">="' }],
  [T.FOREIGN_LE, { type: T.LE, hint: 'write "<="' }],
  [T.FOREIGN_MATCH, { type: T.MATCHES, hint: 'write "matches", as in span.name matches "^db\\\\."' }],
  [T.FOREIGN_NO_MATCH, { type: T.MATCHES, hint: 'write not (... matches "...")' }],
]);

/** The first token type that only other languages have; the grammar lists them last. */
const FIRST_FOREIGN = T.FOREIGN_AND;

/**
 * Reports a token that the language does not know, with what to write instead, and gives back the token that was meant, so
 * that the parser does not stumble over it a second time. Undefined if nothing can be made of it.
 */
export function repair(token: CommonToken, before: readonly Token[], problems: Problem[]): Token | undefined {
  if (token.type < FIRST_FOREIGN) {
    // "=" has one place in the language: @SOC2(controls = {...}).
    if (token.type !== T.ASSIGN || before.at(-4)?.type === T.AT) return token;
    reportForeign(token, 'write "=="', problems);
    token.type = T.EQ;
    return token;
  }
  const known = REPAIRS.get(token.type);
  if (known) {
    reportForeign(token, known.hint, problems);
    token.type = known.type;
    return token;
  }
  switch (token.type) {
    case T.FOREIGN_STRING: {
      const repaired = JSON.stringify((token.text ?? "").slice(1, -1).replaceAll("\\'", "'"));
      reportForeign(token, `write strings in straight double quotes: ${cut(repaired)}`, problems);
      token.type = T.STRING;
      token.text = repaired;
      return token;
    }
    case T.FOREIGN_COMMENT:
      reportForeign(token, 'comments start with "//" and end with the line', problems);
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
    default:
      reportCharacters(token, problems);
      return undefined;
  }
}

/** The place of a token in the text. */
export function placeOf(token: Token): Place {
  return { start: token.startIndex, end: Math.max(token.startIndex, token.stopIndex + 1) };
}

function reportForeign(token: Token, hint: string, problems: Problem[]): void {
  const message = `${cut(token.text ?? "")} is not part of this language`;
  problems.push({ code: "foreign_syntax", message, place: placeOf(token), hint });
}

/** One error for a run of such characters: a binary file would otherwise fill the list with its first line. */
function reportCharacters(token: Token, problems: Problem[]): void {
  const last = problems.at(-1);
  const place = placeOf(token);
  if (last?.code === "bad_character" && last.place.end === place.start) {
    const joined = { start: last.place.start, end: place.end };
    problems[problems.length - 1] = { ...last, message: SEVERAL, place: joined };
    return;
  }
  const text = token.text ?? "";
  const [character = "", ...more] = text;
  const unit = character.codePointAt(0) ?? 0;
  const named =
    unit > 0x20 && unit < 0x7f
      ? `"${character}"`
      : `the character U+${unit.toString(16).toUpperCase().padStart(4, "0")}`;
  problems.push({
    code: "bad_character",
    message: more.length > 0 ? SEVERAL : `${named} means nothing outside a string`,
    place,
  });
}

const SEVERAL = "these characters mean nothing outside a string";
