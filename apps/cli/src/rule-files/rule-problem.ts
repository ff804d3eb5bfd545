/** Something wrong in a rule file, at its place in that file. */
export interface RuleProblem {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units as editors count. */
  readonly column: number;
  /** Of what is marked; 0 marks the place alone. */
  readonly length: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Line and column, both 1-based, of an offset. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** Offset of a 1-based line and column. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}

/** Colours words, or leaves them as they are. */
export type Paint = (style: "red" | "bold" | "dim" | "yellow" | "green", text: string) => string;

/** A problem as compilers show it: `file:line:col: message`, the line, a caret under the place, a hint. */
export function showProblem(problem: RuleProblem, text: string, paint: Paint): string {
  const { file, line, column, length, message, hint } = problem;
  const source = (text.split("\n")[line - 1] ?? "").replace(/\r$/, "");
  const gutter = `${line} | `;
  // Tabs stay tabs, so that the caret stands under its place whatever their width.
  const lead = source.slice(0, column - 1).replace(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(length, source.length - column + 1)));
  return [
    `${paint("bold", `${file}:${line}:${column}:`)} ${paint("red", "error:")} ${message}`,
    `${paint("dim", gutter)}${source}`,
    `${" ".repeat(gutter.length)}${lead}${paint("red", carets)}`,
    ...(hint === undefined ? [] : [`${" ".repeat(gutter.length)}${paint("green", hint)}`]),
  ].join("\n");
}
