import type { AttributesAnswer } from "@betrace/contracts";
import { KINDS, OPERATOR_WORDS, SPAN_WORDS, STATUSES, TRACE_WORDS, type Word } from "./words.js";

/** What the Tempo that is asked knows. */
export type Known = Omit<AttributesAnswer, "unavailable">;

/** What can stand at the end of a text. */
export interface Suggestions {
  /** Where the word begins that they would replace. */
  readonly from: number;
  readonly kind: "word" | "name" | "value";
  readonly words: readonly Word[];
  /** Values of this attribute are wanted, and have to be asked for. */
  readonly valuesOf?: { readonly scope: "span" | "resource"; readonly key: string };
}

const KEY = /span\.(attributes|resource)\[\s*"([^"\n]*)$/i;
const VALUE =
  /(span\.[a-z_]+|trace\.root\.(?:name|service))\s*(?:==|!=|contains|starts_with|ends_with|in\s*\[(?:[^\]\n]*,)?)\s*"([^"\n]*)$/i;
const ATTRIBUTE_VALUE =
  /span\.(attributes|resource)\[\s*"([^"\n]+)"\s*\]\s*(?:==|!=|contains|starts_with|ends_with|in\s*\[(?:[^\]\n]*,)?)\s*"([^"\n]*)$/i;
const WORD = /[A-Za-z_][\w.]*$/;

/**
 * What can stand at the end of `before`, the text up to the cursor: attribute names inside brackets, known services, span
 * names and values inside strings, else the words that fit the place (of a trace, or of a span inside a call). Undefined
 * inside a comment or a string of which nothing is known.
 */
export function suggest(before: string, known: Known | undefined): Suggestions | undefined {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if (/(?:^|[^:"])\/\//.test(line.replace(/"(?:\\.|[^"\\])*"/g, '""'))) return undefined;
  const attributeValue = ATTRIBUTE_VALUE.exec(line);
  if (attributeValue !== null) {
    const [, scope = "", key = "", typed = ""] = attributeValue;
    const asked = scope.toLowerCase() === "resource" ? "resource" : "span";
    return { from: before.length - typed.length, kind: "value", words: [], valuesOf: { scope: asked, key } };
  }
  const key = KEY.exec(line);
  if (key !== null) {
    const [, scope = "", typed = ""] = key;
    const names = scope.toLowerCase() === "resource" ? known?.resource : known?.span;
    return { from: before.length - typed.length, kind: "name", words: (names ?? []).map(plain) };
  }
  const value = VALUE.exec(line);
  if (value !== null) {
    const [, field = "", typed = ""] = value;
    return {
      from: before.length - typed.length,
      kind: "value",
      words: valuesOf(field.toLowerCase(), known).map(plain),
    };
  }
  if (isInString(line)) return undefined;
  const typed = WORD.exec(line)?.[0] ?? "";
  const from = before.length - typed.length;
  const head = before.slice(0, from);
  const words = isInCall(head) ? SPAN_WORDS : TRACE_WORDS;
  // After a complete condition only something that joins can follow.
  if (/(?:[)\]}"\w])\s+$/.test(head) && !/\b(?:and|or|not)\s+$/i.test(head)) {
    const clauses = TRACE_WORDS.filter((word) => /^(?:when|always|never)$/.test(word.label));
    return { from, kind: "word", words: /[}]\s+$/.test(head) ? clauses : [...OPERATOR_WORDS, ...clauses] };
  }
  return { from, kind: "word", words: [...words, ...OPERATOR_WORDS.filter((word) => word.label === "not")] };
}

function valuesOf(field: string, known: Known | undefined): readonly string[] {
  if (field === "span.service" || field === "trace.root.service") return known?.services ?? [];
  if (field === "span.name" || field === "trace.root.name") return known?.span_names ?? [];
  if (field === "span.status") return STATUSES;
  if (field === "span.kind") return KINDS;
  return [];
}

function isInString(line: string): boolean {
  return line.replace(/\\./g, "").split('"').length % 2 === 0;
}

/** Whether the end of the text lies in the parentheses of a call that takes conditions on a span. */
function isInCall(text: string): boolean {
  const open: boolean[] = [];
  const bare = text.replace(/"(?:\\.|[^"\\])*"/g, '""').replace(/\/\/[^\n]*/g, "");
  for (const [shape] of bare.matchAll(/(?:[A-Za-z_][\w.]*)?\s*\(|\)/g)) {
    if (shape === ")") open.pop();
    else
      open.push(
        /^(?:trace\.(?:has|has_before|has_after|count)|count|exists)\s*\($/i.test(shape) || open.at(-1) === true,
      );
  }
  return open.at(-1) === true;
}

function plain(label: string): Word {
  return { label, detail: "" };
}
