import { readFileSync } from "node:fs";
import { expect } from "chai";
import { compileRule, parseRule } from "./index.js";
import { traceOfTable } from "./testing/trace-of-table.js";

const GUIDE = readFileSync(new URL("../../../docs/dsl.md", import.meta.url), "utf8");
const blocks = (kind: string): string[] =>
  [...GUIDE.matchAll(/^```(\S+)\n([\s\S]*?)^```$/gm)]
    .filter((block) => block[1] === kind)
    .map((block) => block[2] ?? "");
/** Rows of tables that end with a rule and what it says of the guide's trace. */
const ROWS = [...GUIDE.matchAll(/\| `([^`]+)` \| ([✔✘]) \|$/gm)].map(([, rule = "", mark]) => ({
  rule,
  violates: mark === "✔",
}));

describe("the language guide", () => {
  for (const text of blocks("betrace")) {
    it(`shows a rule that is accepted: ${text.trim().split("\n")[0]}`, () => {
      const parsed = parseRule(text);
      expect(parsed.ok ? [] : parsed.errors).to.deep.equal([]);
    });
  }

  for (const text of blocks("betrace-rejected")) {
    it(`shows a rule that is refused with a hint: ${text.trim()}`, () => {
      const parsed = parseRule(text);
      expect(parsed.ok).to.equal(false);
      if (!parsed.ok) expect(parsed.errors.map((error) => typeof error.hint)).to.include("string");
    });
  }

  const trace = traceOfTable(GUIDE);
  for (const { rule, violates } of ROWS) {
    it(`says rightly that its trace ${violates ? "violates" : "does not violate"}: ${rule}`, () => {
      const parsed = parseRule(rule);
      if (!parsed.ok) expect.fail(JSON.stringify(parsed.errors));
      expect(compileRule(parsed.rule).evaluate(trace).violated).to.equal(violates);
    });
  }

  it("has an example in every row of its tables, both those that violate and those that do not", () => {
    const [, ...tables] = GUIDE.split(/^## The trace of the examples$[\s\S]*?^## /m);
    const rows = tables
      .join("")
      .split("\n")
      .filter((line) => line.startsWith("|") && !/^\|(?:---|.*\| \|$)/.test(line));
    expect(rows.filter((row) => !/\| [✔✘] \|$/.test(row))).to.deep.equal([]);
    expect(ROWS.length).to.equal(rows.length);
    expect(ROWS.filter(({ violates }) => !violates).length).to.be.greaterThan(15);
    expect(blocks("betrace").length).to.be.greaterThan(3);
    expect(blocks("betrace-rejected").length).to.be.greaterThan(1);
  });
});
