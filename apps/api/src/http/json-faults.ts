/** What keeps a text from being read as JSON without loss, and where. */
export interface JsonFault {
  /** `invalid_json`: it is none, and nothing behind the place was looked at. The others would lose what they name. */
  readonly code: "invalid_json" | "duplicate_field" | "inexact_number" | "broken_text";
  /** Of the value, e.g. `annotations.version`; empty for the whole. */
  readonly path: string;
  /** 0-based, UTF-16 code units. */
  readonly position: number;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Why a number, as it is written, would not survive below a field of the outermost object; undefined if it does. */
export type NumberFault = (token: string, field: string) => string | undefined;

/** More of them would say nothing new. */
const MAX_FAULTS = 20;
const SPACE = /[ \t\n\r]*/y;
const STRING = String.raw`"[ !#-\[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-\[\]-\uffff]*)*"`;
const NAME = new RegExp(STRING, "y");
const SCALAR = new RegExp(String.raw`${STRING}|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null`, "y");

type Expecting = "value" | "value or ]" | "name" | "name or }" | ":" | ", or ]" | ", or }" | "the end";

/** An object or array that is not closed yet, and the member that is being read. */
interface Open {
  readonly bracket: "{" | "[";
  readonly names: Set<string>;
  name: string;
  index: number;
}

/**
 * Finds what `JSON.parse` would refuse without a place (V8's message often has none), and what it would change in
 * silence: of a name that stands twice it keeps the last value, a number with more digits than a double holds is
 * rounded, half a surrogate pair is stored as U+FFFD. What is wrong with a number only `numberFault` can say.
 * Iterative, linear, RFC 8259.
 */
export function jsonFaults(text: string, numberFault: NumberFault): readonly JsonFault[] {
  const open: Open[] = [];
  const faults: JsonFault[] = [];
  let expecting: Expecting = "value";
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const afterValue = (): Expecting => {
    const inside = open.at(-1);
    if (inside === undefined) return "the end";
    return inside.bracket === "[" ? ", or ]" : ", or }";
  };
  const path = () => open.map(({ bracket, name, index }) => (bracket === "[" ? String(index) : name));
  const fault = (code: JsonFault["code"], position: number, message: string) => {
    if (faults.length < MAX_FAULTS) faults.push({ code, path: path().join("."), ...placeOf(text, position), message });
  };
  for (;;) {
    take(SPACE);
    const next = text[at];
    const from = at;
    const inside = open.at(-1);
    if (next === undefined) break;
    if (expecting === "name" || expecting === "name or }") {
      const token = take(NAME);
      if (token !== undefined && inside !== undefined) {
        inside.name = textOf(token);
        if (inside.names.has(inside.name)) fault("duplicate_field", from, "stands twice; give it once");
        else if (isBroken(inside.name)) fault("broken_text", from, BROKEN);
        inside.names.add(inside.name);
        expecting = ":";
        continue;
      }
    }
    if (expecting === ":" && next === ":") [expecting, at] = ["value", at + 1];
    else if (
      (next === "}" && (expecting === "name or }" || expecting === ", or }")) ||
      (next === "]" && (expecting === "value or ]" || expecting === ", or ]"))
    ) {
      open.pop();
      [expecting, at] = [afterValue(), at + 1];
    } else if (next === "," && inside !== undefined && expecting.startsWith(", or")) {
      inside.index += 1;
      [expecting, at] = [inside.bracket === "[" ? "value" : "name", at + 1];
    } else if (expecting.startsWith("value") && (next === "{" || next === "[")) {
      open.push({ bracket: next, names: new Set(), name: "", index: 0 });
      [expecting, at] = [next === "{" ? "name or }" : "value or ]", at + 1];
    } else if (expecting.startsWith("value")) {
      const token = take(SCALAR);
      if (token === undefined) break;
      if (next === '"' && isBroken(textOf(token))) fault("broken_text", from, BROKEN);
      const inexact = /[-\d]/.test(next) ? numberFault(token, open[0]?.name ?? "") : undefined;
      if (inexact !== undefined) fault("inexact_number", from, inexact);
      expecting = afterValue();
    } else break;
  }
  if (at >= text.length && expecting === "the end") return faults;
  const found = at >= text.length ? "the end of the body" : JSON.stringify(text.slice(at, at + 20));
  const message = `expected ${WORDS[expecting]}, found ${found}`;
  return [{ code: "invalid_json", path: "", ...placeOf(text, at), message }];
}

/** Line and column of a place, both from 1. */
export function placeOf(text: string, position: number): Pick<JsonFault, "position" | "line" | "column"> {
  const before = text.slice(0, position).split("\n");
  return { position, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const BROKEN = "holds half of a character (a surrogate such as \\ud83d without its other half)";
const isBroken = (text: string): boolean => /\p{Surrogate}/u.test(text);
/** What a token in quotes says; only escapes need more than its quotes taken off. */
const textOf = (token: string): string => (token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1));

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
