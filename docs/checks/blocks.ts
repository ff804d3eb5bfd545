import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The root of the repository, with a slash behind it. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A fenced block of a Markdown file. */
export interface Block {
  /** What stands behind the fence, e.g. `sh`. */
  readonly kind: string;
  readonly text: string;
  /** 1-based line of the fence. */
  readonly line: number;
}

/** Every fenced block of a file, in order; the path is from the root. */
export function blocksOf(path: string): readonly Block[] {
  const markdown = readFileSync(`${ROOT}${path}`, "utf8");
  return [...markdown.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    kind: match[1] ?? "",
    text: match[2] ?? "",
    line: markdown.slice(0, match.index).split("\n").length,
  }));
}
