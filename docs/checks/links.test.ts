import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { ROOT } from "./blocks.js";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(`${ROOT}docs`).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
];
const anchorsOf = (markdown: string) =>
  new Set(
    [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\w\s-]/g, "")
        .replace(/\s/g, "-"),
    ),
  );

describe("links between the documents", () => {
  for (const page of pages) {
    it(`${page}: every file and heading that it points at is there`, () => {
      const markdown = readFileSync(`${ROOT}${page}`, "utf8");
      const prose = markdown.replace(/^```[\s\S]*?^```$/gm, "");
      for (const [, to = ""] of prose.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
        const [path = "", anchor] = to.split("#");
        const target = path === "" ? page : join(dirname(page), path);
        expect(existsSync(`${ROOT}${target}`), to).to.equal(true);
        if (anchor !== undefined)
          expect(anchorsOf(readFileSync(`${ROOT}${target}`, "utf8")).has(anchor), to).to.equal(true);
      }
    });
  }
});
