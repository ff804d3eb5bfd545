import { TraceqlError } from "./traceql-error.js";

const SINGLE: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

/** Reads the string literal that begins at `at`: double quotes with Go's escapes, or backticks as they stand. */
export function unquote(text: string, at: number): { value: string; length: number } {
  if (text[at] === "`") {
    const end = text.indexOf("`", at + 1);
    if (end < 0) throw TraceqlError.at(text, at, "literal not terminated");
    return { value: text.slice(at + 1, end).replaceAll("\r", ""), length: end + 1 - at };
  }
  const bytes: Buffer[] = [];
  let next = at + 1;
  let plain = next;
  const flush = () => bytes.push(Buffer.from(text.slice(plain, next), "utf8"));
  while (text[next] !== '"') {
    if (next >= text.length || text[next] === "\n") throw TraceqlError.at(text, at, "literal not terminated");
    if (text[next] !== "\\") {
      next++;
      continue;
    }
    flush();
    const sequence = /^\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(
      text.slice(next, next + 10),
    );
    const [whole = "", single, hex, octal, short, long] = sequence ?? [];
    const point = Number.parseInt(short ?? long ?? "0", 16);
    if (sequence === null || point > 0x10ffff) throw TraceqlError.at(text, next, "invalid char escape");
    if (single !== undefined) bytes.push(Buffer.from(SINGLE[single] ?? "", "utf8"));
    else if (hex !== undefined) bytes.push(Buffer.of(Number.parseInt(hex, 16)));
    else if (octal !== undefined) bytes.push(Buffer.of(Number.parseInt(octal, 8)));
    else bytes.push(Buffer.from(String.fromCodePoint(point), "utf8"));
    next += whole.length;
    plain = next;
  }
  flush();
  return { value: Buffer.concat(bytes).toString("utf8"), length: next + 1 - at };
}
