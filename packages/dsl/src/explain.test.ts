import { expect } from "chai";
import { compileRule } from "./compile-rule.js";
import { explainRule } from "./explain.js";
import { parseRule } from "./parse-rule.js";

/** What a violation is, in words, behind "A trace violates this rule when". */
function violation(text: string): string {
  const parsed = parseRule(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return explainRule(compileRule(parsed.rule)).split("\n")[0] ?? "";
}

const CASES: readonly (readonly [rule: string, words: string])[] = [
  [
    'trace.has(span.name == "db.query" and span.duration > 1s) and not trace.has(span.name == "retry")',
    'there is a span whose name is "db.query" and duration is more than 1s, and there is no span whose name is "retry"',
  ],
  ['trace.has(not (span.attributes["k"] == "v"))', 'there is a span whose attribute "k" is absent or is not "v"'],
  ['trace.has(span.attributes["k"] != "v")', 'there is a span whose attribute "k" is present and not "v"'],
  [
    'trace.has(not (span.name == "a" or span.duration > 1s))',
    'there is a span whose name is not "a" and duration is not more than 1s',
  ],
  ['trace.has(not exists(span.attributes["k"]))', 'there is a span whose attribute "k" is absent'],
  [
    'trace.has(span.name contains "a" and not (span.name matches "b.*"))',
    'there is a span whose name contains "a" and name does not match "b.*"',
  ],
  ['not (count(span.name == "a") > 3)', 'the number of spans whose name is "a" is at most 3'],
  [
    'not (trace.has(span.name == "a") or trace.has(true))',
    'there is no span whose name is "a", and there is no span at all',
  ],
];

describe("explaining a rule", () => {
  for (const [rule, words] of CASES) {
    it(rule, () => expect(violation(rule)).to.equal(`A trace violates this rule when ${words}.`));
  }

  it("says what is read, and what Tempo is not asked", () => {
    const parsed = parseRule('trace.has(span.name == "a" and span.attributes["k"] != span.resource["k"])');
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    const text = explainRule(compileRule(parsed.rule));
    expect(text).to.contain('Of each trace only these are read: spans whose name is "a" and attribute "k" is not');
    expect(text).to.contain('BeTrace itself decides span.attributes["k"] != span.resource["k"]');
    expect(text).not.to.match(/&&|nil/);
  });
});
