import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { ROOT } from "./blocks.js";
import { anchorsOf, faultsOf, linksOf, readMarkdown } from "./markdown.js";

const NOT_OURS = /(?:^|\/)(?:node_modules|\.git)(?:\/|$)/;
const pages = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".md") && !NOT_OURS.test(path))
  .sort();
const read = (path: string) => readFileSync(`${ROOT}${path}`, "utf8");
const anchors = new Map<string, ReadonlySet<string>>();
/** The anchors of a page; each page is parsed once. */
function anchorsIn(path: string): ReadonlySet<string> {
  const known = anchors.get(path) ?? anchorsOf(readMarkdown(read(path)));
  anchors.set(path, known);
  return known;
}

describe("every Markdown document", () => {
  it("is looked at", () => {
    expect(pages).to.include.members([
      "README.md",
      "docs/operating.md",
      "docs/adr/README.md",
      "packages/dsl/conformance/README.md",
    ]);
  });

  for (const page of pages) {
    it(`${page} is shown as it is meant`, () => {
      expect(faultsOf(read(page))).to.deep.equal([]);
    });

    it(`${page} leads somewhere with every link`, () => {
      const missing = linksOf(readMarkdown(read(page))).flatMap(({ to, line }) => {
        if (/^[a-z]+:/.test(to)) return [];
        const [path = "", anchor] = to.split("#");
        const target = path === "" ? page : join(dirname(page), path);
        if (!existsSync(`${ROOT}${target}`)) return [`line ${line}: there is no ${target}`];
        if (anchor === undefined || anchorsIn(target).has(anchor)) return [];
        return [`line ${line}: ${target} has no heading #${anchor}`];
      });
      expect(missing).to.deep.equal([]);
    });
  }
});

describe("a document that renders broken", () => {
  const broken: readonly (readonly [what: string, markdown: string, fault: string])[] = [
    ["a row in a list", "# A\n- one\n| `X` | 1 | 2 |\n  two", "line 3: a row outside of a table"],
    ["a table without its line of dashes", "# A\n\n| a | b |\n| 1 | 2 |", "line 3: a row outside of a table"],
    ["a row without its first bar, after a table's end", "# A\n\na | b |", "line 3: a row outside of a table"],
    [
      "a row with a cell too few",
      "# A\n\n| a | b |\n|---|---|\n| 1 |",
      "line 5: a row of 1 cells in a table of 2 columns",
    ],
    [
      "a row with a cell too many",
      "# A\n\n| a | b |\n|---|---|\n| `1 | 2` | 3 |",
      "line 5: a row of 3 cells in a table of 2 columns",
    ],
    ["an open code block", "# A\n\n```sh\nls\n", "line 3: a code block that is never closed"],
    ["an open code block without a line", "# A\n\n```sh", "line 3: a code block that is never closed"],
    ["a closing fence of another kind", "# A\n\n```sh\nls\n~~~\n", "line 3: a code block that is never closed"],
    ["code that is only indented", "# A\n\n    ls\n", "line 3: code by indentation alone; put it in a fence"],
    ["a heading that skips a level", "# A\n\n### B", "line 3: a heading of level 3 below one of level 1"],
    ["two titles", "# A\n\n# B", "line 3: a second title"],
    ["no title", "## A", "line 1: the first heading is the title: one #"],
    ["a heading without a space", "# A\n\n##B", "line 3: a heading needs a space behind its #"],
    [
      "a placeholder taken for HTML",
      "# A\n\nrun `a` <id> now",
      "line 3: HTML, which is shown as nothing; put <id> between backticks",
    ],
    ["a block of HTML", "# A\n\n<div>\nx", "line 3: HTML, which is shown as nothing; put <div> between backticks"],
    [
      "a comment that is not closed",
      "# A\n\n<!-- x\n\nall the rest",
      "line 3: HTML, which is shown as nothing; put <!-- x between backticks",
    ],
    ["a link to an unknown reference", "# A\n\nsee [b][c]", "line 3: a link that is shown as text: see [b][c]"],
    ["a link with a space", "# A\n\nsee [b](c d)", "line 3: a link that is shown as text: see [b](c d)"],
  ];
  for (const [what, markdown, fault] of broken) {
    it(`is found out: ${what}`, () => expect(faultsOf(markdown)).to.include(fault));
  }

  it("is not one with all of that in code", () => {
    const sound =
      "# A\n\n- `| x |` and `<id>`\n\n  ```text\n  | row |\n  ```\n\n| a |\n|---|\n| `x \\| y` |\n\n<!-- said -->\n";
    expect(faultsOf(sound)).to.deep.equal([]);
  });

  it("has the anchors that GitHub gives", () => {
    expect([...anchorsOf(readMarkdown("# What's `in` it?\n## Twice\n## Twice"))]).to.deep.equal([
      "whats-in-it",
      "twice",
      "twice-1",
    ]);
  });
});
