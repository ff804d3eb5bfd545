import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parseRule } from "./index.js";

const GUIDE = readFileSync(new URL("../../../docs/dsl.md", import.meta.url), "utf8");
const examples = (kind: string): string[] =>
  [...GUIDE.matchAll(/^```(\S+)\n([\s\S]*?)^```$/gm)]
    .filter((block) => block[1] === kind)
    .map((block) => block[2] ?? "");

describe("the language guide", () => {
  for (const text of examples("betrace")) {
    it(`shows a rule that is accepted: ${text.trim().split("\n")[0]}`, () => {
      const parsed = parseRule(text);
      expect(parsed.ok ? [] : parsed.errors).to.deep.equal([]);
    });
  }

  for (const text of examples("betrace-rejected")) {
    it(`shows a rule that is refused with a hint: ${text.trim()}`, () => {
      const parsed = parseRule(text);
      expect(parsed.ok).to.equal(false);
      if (!parsed.ok) expect(parsed.errors.map((error) => typeof error.hint)).to.include("string");
    });
  }

  it("has examples at all", () => {
    expect(examples("betrace").length).to.be.greaterThan(12);
    expect(examples("betrace-rejected").length).to.be.greaterThan(1);
  });
});
