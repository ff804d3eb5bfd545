import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";
import { KEYWORDS } from "./words.js";

/** Colours by shape only; whether a word exists says the checker, which underlines it. */
const betraceDsl = StreamLanguage.define<null>({
  name: "betrace-dsl",
  startState: () => null,
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match("//")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match(/^"(?:\\.|[^"\\])*"?/)) return "string";
    if (stream.match(/^@[A-Za-z_][\w]*/)) return "annotation";
    if (stream.match(/^-?\d[\w.µμ]*/)) return "number";
    const word = stream.match(/^[A-Za-z_][\w]*(?:\.[A-Za-z_][\w]*)*/);
    if (Array.isArray(word)) {
      const text = word[0].toLowerCase();
      if (KEYWORDS.has(text)) return "keyword";
      if (text === "true" || text === "false") return "bool";
      return stream.match(/^\s*\(/, false) ? "call" : "field";
    }
    if (stream.match(/^(?:==|!=|<=|>=|<|>)/)) return "operator";
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: "//" }, closeBrackets: { brackets: ["(", "[", "{", '"'] } },
  tokenTable: { call: tags.function(tags.variableName), field: tags.propertyName, annotation: tags.annotation },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: tags.function(tags.variableName), color: "var(--code-name)", fontWeight: "600" },
  { tag: tags.propertyName, color: "var(--code-name)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: [tags.number, tags.bool], color: "var(--code-number)" },
  { tag: tags.annotation, color: "var(--code-keyword)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
]);

/** The rule language in an editor: its colours, brackets and comments. */
export const ruleLanguage = [betraceDsl, syntaxHighlighting(colours)];
