import { parseDurationNs } from "./duration.js";
import { TraceqlError } from "./traceql-error.js";
import { unquote } from "./unquote.js";

export type Token = { readonly at: number; readonly text: string } & (
  | { readonly kind: "symbol" | "word" | "end" }
  | { readonly kind: "attribute"; readonly scope: string; readonly key: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "int" | "duration"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
);

const SYMBOLS = [
  ...["!>>", "!<<", "&>>", "&<<"],
  ...["&&", "||", "=~", "!~", "!=", ">=", "<=", ">>", "<<", "!>", "!<", "&>", "&<", "&~"],
  ...["{", "}", "(", ")", ",", "=", ">", "<", "|", "!", "+", "-", "/", "%", "*", "^", "~"],
];
const BLANK = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const SCOPED = /(span|resource|event|link|instrumentation|parent)\./y;
const WORD = /(?:(?:trace|span|event|link|instrumentation):)?[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?/y;
const DURATION = /[0-9][0-9.nsuµμmhdwy]*[nsuµμmhdwy][0-9.nsuµμmhdwy]*/y;
/** What ends an unquoted attribute name in TraceQL. */
const ENDS_ATTRIBUTE = /[\s{}()=~!<>&|^,]/;

/** Splits a query into tokens, the last one of kind `end`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (true) {
    at = skipBlanks(text, at);
    if (at >= text.length) break;
    const token = tokenAt(text, at);
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: "end", at, text: "$end" });
  return tokens;
}

/** Whitespace, and comments as Go writes them. */
function skipBlanks(text: string, from: number): number {
  let at = from;
  while (true) {
    const blank = match(BLANK, text, at);
    if (blank === undefined || blank === "") return at;
    at += blank.length;
  }
}

function tokenAt(text: string, at: number): Token {
  const first = text[at] ?? "";
  if (first === '"' || first === "`") {
    const { value, length } = unquote(text, at);
    return { kind: "string", at, text: text.slice(at, at + length), value };
  }
  if (first >= "0" && first <= "9") return numberAt(text, at);
  const scoped = match(SCOPED, text, at);
  if (scoped !== undefined) return attributeAt(text, at, scoped.slice(0, -1), scoped.length);
  if (first === ".") return attributeAt(text, at, "", 1);
  const word = match(WORD, text, at);
  if (word !== undefined) return { kind: "word", at, text: word };
  const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, at));
  if (symbol !== undefined) return { kind: "symbol", at, text: symbol };
  throw TraceqlError.at(text, at, `syntax error: unexpected ${JSON.stringify(first)}`);
}

function numberAt(text: string, at: number): Token {
  const duration = match(DURATION, text, at);
  if (duration !== undefined) {
    const value = parseDurationNs(duration);
    if (value === undefined)
      throw TraceqlError.at(text, at, `${JSON.stringify(duration)} is not a duration such as 1h30m, 1.5s, 250ms`);
    return { kind: "duration", at, text: duration, value };
  }
  const number = match(NUMBER, text, at) ?? "";
  if (/^[0-9]+$/.test(number)) {
    const value = BigInt(number);
    if (value > 0x7fffffffffffffffn) throw TraceqlError.at(text, at, `${number} does not fit an int64`);
    return { kind: "int", at, text: number, value };
  }
  return { kind: "float", at, text: number, value: Number(number) };
}

/** An attribute's name runs to the next character that cannot stand in one; parts of it may be quoted. */
function attributeAt(text: string, at: number, scope: string, prefix: number): Token {
  let key = "";
  let next = at + prefix;
  while (next < text.length && !ENDS_ATTRIBUTE.test(text[next] ?? "")) {
    if (text[next] !== '"') {
      key += text[next];
      next++;
      continue;
    }
    next++;
    while (text[next] !== '"') {
      if (next >= text.length) throw TraceqlError.at(text, next, 'unexpected EOF, expecting "');
      if (text[next] === "\\") {
        next++;
        if (text[next] !== "\\" && text[next] !== '"') throw TraceqlError.at(text, next, "invalid escape sequence");
      }
      key += text[next];
      next++;
    }
    next++;
  }
  if (next === at + prefix)
    throw TraceqlError.at(
      text,
      next,
      `syntax error: expected an attribute name after ${JSON.stringify(text.slice(at, next))}`,
    );
  return { kind: "attribute", at, text: text.slice(at, next), scope, key };
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
