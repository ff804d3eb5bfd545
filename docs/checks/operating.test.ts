import { readFileSync } from "node:fs";
import { expect } from "chai";
import { withTables } from "../operating-tables.js";
import { ROOT } from "./blocks.js";

describe("docs/operating.md", () => {
  const guide = readFileSync(`${ROOT}docs/operating.md`, "utf8");

  it("has the settings and limits of the code", () => {
    expect(guide === withTables(guide), "run npm run docs:operating and commit docs/operating.md").to.equal(true);
  });

  it("is written again if the code says something else", () => {
    const stale = guide.replace("| `PORT` | api |", "| `PORT` | nobody |").replace("| 64 KiB |", "| 1 byte |");
    expect(stale).not.to.equal(guide);
    expect(withTables(stale)).to.equal(guide);
  });
});
