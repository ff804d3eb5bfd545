import { readFileSync } from "node:fs";
import { SEVERITIES } from "@betrace/contracts";
import { expect } from "chai";

const words = SEVERITIES.map((severity) => `\`${severity}\``);
const inWords = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

describe("the severities that documents list", () => {
  for (const page of ["quick-start.md", "cli.md", "grafana.md"]) {
    it(`${page} lists those that there are, in order of gravity`, () => {
      const text = readFileSync(new URL(`../${page}`, import.meta.url), "utf8").replace(/\s+/g, " ");
      expect(text).to.include(inWords);
    });
  }
});
