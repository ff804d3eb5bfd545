import type { ProblemItem } from "@betrace/contracts";

/** Where in `text` an error lies, as offsets that are always inside it and never empty if there is any text. */
export function placeOfError(
  text: string,
  error: Pick<ProblemItem, "line" | "column" | "length">,
): { readonly from: number; readonly to: number } {
  const lines = text.split("\n");
  const line = Math.min(Math.max(1, error.line ?? 1), lines.length);
  const before = lines.slice(0, line - 1).reduce((sum, shown) => sum + shown.length + 1, 0);
  const from = Math.min(before + Math.max(0, (error.column ?? 1) - 1), text.length);
  const to = Math.min(from + Math.max(1, error.length ?? 1), text.length);
  // At the very end there is nothing to underline but the character before.
  return from === to ? { from: Math.max(0, from - 1), to } : { from, to };
}
