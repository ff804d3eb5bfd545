import type { ProblemItem } from "@betrace/contracts";
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { type Diagnostic, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { useEffect, useRef } from "preact/hooks";
import { api } from "../api/api.js";
import { ruleLanguage } from "./language.js";
import { placeOfError } from "./place-of-error.js";
import { type Known, suggest } from "./suggest.js";
import type { Word } from "./words.js";

export interface RuleEditorProps {
  /** What stands in it at first. The editor holds its text from then on: a value handed back late would undo what was typed since. */
  readonly initial: string;
  /** A text from elsewhere to put in the place of what stands there; each new object does it once. Undo brings back what was there. */
  readonly replacement: { readonly text: string } | undefined;
  readonly onChange: (text: string) => void;
  /** What is wrong with the text, underlined where it stands. */
  readonly errors: readonly ProblemItem[];
  /** The text that the errors are about: one typed since gets no marks in wrong places. */
  readonly errorsOf: string;
  readonly known: Known | undefined;
}

/** A text field for the rule language. Tab leaves it, as everywhere; Ctrl-Space completes. */
export function RuleEditor({ initial, replacement, onChange, errors, errorsOf, known }: RuleEditorProps) {
  const home = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const latest = useRef({ onChange, known });
  latest.current = { onChange, known };

  useEffect(() => {
    if (home.current === null) return undefined;
    const editor = new EditorView({
      parent: home.current,
      state: EditorState.create({
        doc: initial,
        extensions: [
          history(),
          closeBrackets(),
          bracketMatching(),
          autocompletion({ override: [(context) => complete(context, latest.current.known)], icons: false }),
          ruleLanguage,
          EditorView.lineWrapping,
          placeholder('trace.has(span.name == "db.query" and span.duration > 1s)'),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.contentAttributes.of({ "aria-label": "The rule", "aria-describedby": "rule-verdict" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
          look,
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || replacement === undefined) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: replacement.text } });
  }, [replacement]);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() !== errorsOf) return;
    editor.dispatch(
      setDiagnostics(
        editor.state,
        errors.map((error) => diagnosticOf(errorsOf, error)),
      ),
    );
  }, [errors, errorsOf]);

  return <div class="editor" ref={home} />;
}

function diagnosticOf(text: string, error: ProblemItem): Diagnostic {
  const hint = error.hint === undefined ? "" : `\n${error.hint}`;
  return { ...placeOfError(text, error), severity: "error", message: `${error.message}${hint}` };
}

async function complete(context: CompletionContext, known: Known | undefined): Promise<CompletionResult | null> {
  const found = suggest(context.state.sliceDoc(0, context.pos), known);
  if (found === undefined) return null;
  if (!context.explicit && found.kind === "word" && found.from === context.pos) return null;
  const words = found.valuesOf === undefined ? found.words : await valuesOf(found.valuesOf);
  // Inside a string the closing quote, set by itself, is not to be written twice.
  return {
    from: found.from,
    options: words.map((word) => ({
      label: word.label,
      detail: word.detail,
      type: found.kind,
      apply: (view, _completion, from, to) => insert(view, word, from, to),
    })),
    validFor: found.kind === "word" ? /^[\w.]*$/ : /^[^"\n]*$/,
  };
}

async function valuesOf(asked: {
  readonly scope: "span" | "resource";
  readonly key: string;
}): Promise<readonly Word[]> {
  try {
    const { values } = await api.attributeValues(asked.scope, asked.key);
    // The cursor stands inside a string, and types must agree: 500 would never equal "500".
    return values.filter(({ type }) => type === "string").map(({ value }) => ({ label: value, detail: "" }));
  } catch {
    // Completion is a help: where Tempo does not answer there is none, and typing goes on.
    return [];
  }
}

function insert(view: EditorView, word: Word, from: number, to: number): void {
  const text = word.insert ?? word.label;
  const at = text.indexOf("#");
  const plain = text.replace("#", "");
  view.dispatch({
    changes: { from, to, insert: plain },
    selection: { anchor: from + (at === -1 ? plain.length : at) },
    userEvent: "input.complete",
  });
  if (at !== -1) startCompletion(view);
}

const look = EditorView.theme({
  "&": { fontSize: "14px", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.65" },
  ".cm-content": { minHeight: "168px", padding: "12px 4px", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 12px" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-wash)", outline: "1px solid var(--accent)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--bad-fill) 1.5px",
    textUnderlineOffset: "4px",
  },
  ".cm-tooltip": {
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    backgroundColor: "var(--surface)",
    color: "var(--text)",
    boxShadow: "0 6px 20px rgb(0 0 0 / 18%)",
    overflow: "hidden",
  },
  ".cm-diagnostic": {
    padding: "8px 12px",
    borderLeft: "4px solid var(--bad-fill)",
    fontFamily: "var(--sans)",
    whiteSpace: "pre-wrap",
    maxWidth: "60ch",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "13px", maxHeight: "15em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 10px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent-fill)",
    color: "#fff",
  },
  ".cm-completionDetail": { color: "var(--muted)", fontFamily: "var(--sans)", fontStyle: "normal", marginLeft: "12px" },
  "li[aria-selected] .cm-completionDetail": { color: "#fff" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
});
