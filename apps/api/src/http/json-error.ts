/** Where a text stops being JSON. */
export interface JsonError {
  /** 0-based, UTF-16 code units. */
  readonly position: number;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const SPACE = /[ \t\n\r]*/y;
const STRING = String.raw`"[ !#-\[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-\[\]-\uffff]*)*"`;
const NAME = new RegExp(STRING, "y");
const SCALAR = new RegExp(String.raw`${STRING}|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null`, "y");

type Expecting = "value" | "value or ]" | "name" | "name or }" | ":" | ", or ]" | ", or }" | "the end";

/**
 * Finds where a text that `JSON.parse` refused is broken. V8's own message often leaves the place out (it has none for
 * `{"a":1,}` on a short text), so the tokens are walked here; iterative, linear, RFC 8259.
 */
export function locateJsonError(text: string): JsonError {
  const open: ("{" | "[")[] = [];
  let expecting: Expecting = "value";
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found !== undefined;
  };
  const afterValue = (): Expecting => {
    const inside = open.at(-1);
    if (inside === undefined) return "the end";
    return inside === "[" ? ", or ]" : ", or }";
  };
  for (;;) {
    take(SPACE);
    const next = text[at];
    if (next === undefined) break;
    if ((expecting === "name" || expecting === "name or }") && take(NAME)) expecting = ":";
    else if (expecting === ":" && next === ":") [expecting, at] = ["value", at + 1];
    else if (
      (next === "}" && (expecting === "name or }" || expecting === ", or }")) ||
      (next === "]" && (expecting === "value or ]" || expecting === ", or ]"))
    ) {
      open.pop();
      [expecting, at] = [afterValue(), at + 1];
    } else if (next === "," && expecting.startsWith(", or"))
      [expecting, at] = [open.at(-1) === "[" ? "value" : "name", at + 1];
    else if (expecting.startsWith("value") && (next === "{" || next === "[")) {
      open.push(next);
      [expecting, at] = [next === "{" ? "name or }" : "value or ]", at + 1];
    } else if (expecting.startsWith("value") && take(SCALAR)) expecting = afterValue();
    else break;
  }
  const before = text.slice(0, at).split("\n");
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  const found = at >= text.length ? "the end of the body" : JSON.stringify(text.slice(at, at + 20));
  return { position: at, line, column, message: `expected ${WORDS[expecting]}, found ${found}` };
}

const WORDS: Readonly<Record<Expecting, string>> = {
  value: "a JSON value",
  "value or ]": "a JSON value or ]",
  name: "a name in double quotes",
  "name or }": "a name in double quotes or }",
  ":": "a colon",
  ", or ]": "a comma or ]",
  ", or }": "a comma or }",
  "the end": "the end of the body",
};
