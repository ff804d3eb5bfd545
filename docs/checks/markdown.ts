import { slug } from "github-slugger";
import type { Code, Heading, Html, Nodes, Root, Table } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { toString as textOf } from "mdast-util-to-string";
import { gfm } from "micromark-extension-gfm";
import { visit } from "unist-util-visit";

/** A Markdown text as GitHub reads it, with the place of each node. */
export function readMarkdown(markdown: string): Root {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsOf(root: Root): ReadonlySet<string> {
  const anchors = new Set<string>();
  visit(root, "heading", (heading) => {
    const wanted = slug(textOf(heading));
    let anchor = wanted;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${wanted}-${again}`;
    anchors.add(anchor);
  });
  return anchors;
}

/** The addresses of a document's links and images, and the line of each. */
export function linksOf(root: Root): readonly { readonly to: string; readonly line: number }[] {
  const links: { to: string; line: number }[] = [];
  visit(root, (node) => {
    if (node.type === "link" || node.type === "image" || node.type === "definition") {
      links.push({ to: node.url, line: lineOf(node) });
    }
  });
  return links;
}

/** What stands between backticks in a document's tables. */
export function codeInTables(root: Root): readonly string[] {
  const code: string[] = [];
  visit(root, "tableCell", (cell) => visit(cell, "inlineCode", ({ value }) => void code.push(value)));
  return code;
}

/**
 * What a reader would see broken: text that was meant as a table, a code block or a link and is shown as text, rows
 * that lack cells or have some too many, HTML, headings that skip a level. One line each, with its place; a sound
 * document has none.
 */
export function faultsOf(markdown: string): readonly string[] {
  const root = readMarkdown(markdown);
  const lines = markdown.split("\n");
  const faults: string[] = [];
  let level = 0;
  visit(root, (node) => {
    const found = (what: string, line = lineOf(node)) => faults.push(`line ${line}: ${what}`);
    if (node.type === "paragraph") {
      for (let line = lineOf(node); line <= lastLineOf(node); line++) {
        const text = (lines[line - 1] ?? "").replace(/^[\s>]*(?:[-*+]|\d+[.)])?\s*/, "");
        if (/^\||^:?-{3,}:?\s*\||\|\s*$/.test(text)) found("a row outside of a table", line);
        if (/^(?:```|~~~)/.test(text)) found("the fence of a code block within a paragraph", line);
        if (/^#{1,6}\S/.test(text)) found("a heading needs a space behind its #", line);
      }
    } else if (node.type === "text") {
      if (/\[[^\]]+\]\([^)]*\)|\[[^\]]+\]\[[^\]]*\]/.test(node.value))
        found(`a link that is shown as text: ${node.value}`);
    } else if (node.type === "table") tableFaults(node, found);
    else if (node.type === "code") codeFaults(node, lines, found);
    else if (node.type === "html") htmlFaults(node, found);
    else if (node.type === "heading") level = headingFaults(node, level, found);
  });
  return faults;
}

type Found = (what: string, line?: number) => void;

function tableFaults(table: Table, found: Found): void {
  const columns = table.children[0]?.children.length ?? 0;
  for (const row of table.children) {
    const cells = row.children.length;
    if (cells !== columns) found(`a row of ${cells} cells in a table of ${columns} columns`, lineOf(row));
  }
}

function codeFaults(code: Code, lines: readonly string[], found: Found): void {
  const fence = /(?:```+|~~~+)/.exec(lines[lineOf(code) - 1] ?? "")?.[0];
  if (fence === undefined) found("code by indentation alone; put it in a fence");
  else if (lastLineOf(code) === lineOf(code) || !lines[lastLineOf(code) - 1]?.trimEnd().endsWith(fence)) {
    found("a code block that is never closed");
  }
}

function htmlFaults({ value, position }: Html, found: Found): void {
  if (/^<!--(?:(?!--)[\s\S])*-->$/.test(value.trim())) return;
  found(`HTML, which is shown as nothing; put ${value.split("\n")[0]} between backticks`, position?.start.line);
}

function headingFaults({ depth, children }: Heading, before: number, found: Found): number {
  if (before === 0 && depth !== 1) found("the first heading is the title: one #");
  if (before > 0 && depth === 1) found("a second title");
  if (before > 0 && depth > before + 1) found(`a heading of level ${depth} below one of level ${before}`);
  if (children.length === 0) found("an empty heading");
  return depth;
}

const lineOf = ({ position }: Nodes): number => position?.start.line ?? 0;
const lastLineOf = ({ position }: Nodes): number => position?.end.line ?? 0;
