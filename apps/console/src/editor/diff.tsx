import { unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useRef } from "preact/hooks";
import { ruleLanguage } from "./language.js";

/** What changed from one text of a rule to another, line by line and letter by letter. */
export function Diff({ before, after }: { readonly before: string; readonly after: string }) {
  const home = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (home.current === null) return undefined;
    const view = new EditorView({
      parent: home.current,
      state: EditorState.create({
        doc: after,
        extensions: [
          ruleLanguage,
          EditorView.lineWrapping,
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.contentAttributes.of({ "aria-label": "What changed", tabindex: "0" }),
          unifiedMergeView({ original: before, mergeControls: false, gutter: true, highlightChanges: true }),
          look,
        ],
      }),
    });
    return () => view.destroy();
  }, [before, after]);
  return <div class="editor diff" ref={home} />;
}

const look = EditorView.theme({
  "&": { fontSize: "13px", backgroundColor: "transparent" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.65" },
  ".cm-content": { padding: "8px 0" },
  ".cm-line": { padding: "0 10px" },
  ".cm-changedLine": { backgroundColor: "var(--good-wash) !important" },
  ".cm-deletedChunk": { backgroundColor: "var(--bad-wash) !important", padding: "0 10px" },
  ".cm-changedText": { background: "color-mix(in srgb, var(--good-fill) 18%, transparent) !important" },
  ".cm-deletedText, .cm-deletedChunk .cm-deletedText": {
    background: "color-mix(in srgb, var(--bad-fill) 14%, transparent) !important",
  },
  ".cm-gutters": { border: "none", backgroundColor: "transparent" },
  ".cm-changeGutter": { width: "3px", paddingLeft: "0" },
  ".cm-changedLineGutter": { background: "var(--good-fill)" },
  ".cm-deletedLineGutter": { background: "var(--bad-fill)" },
});
