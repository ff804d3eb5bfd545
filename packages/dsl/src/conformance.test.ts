import type { Trace, Verdict } from "@betrace/contracts";
import { expect } from "chai";
import { compileRule, type ParseResult, parseRule } from "./index.js";
import {
  buildAttributes,
  buildId,
  buildText,
  buildTrace,
  type Case,
  type ErrorForm,
  type Group,
  readGroups,
  type TextForm,
  type VerdictForm,
} from "./testing/conformance.js";

/**
 * Promised: a text that is refused is refused within 50 ms. Measured in processor time, which a busy machine does not lengthen,
 * as the best of a few tries, and failed only far above: this is no benchmark.
 */
const PROMISED_MS = 50;
const FAILED_MS = 500;

describe("conformance", () => {
  for (const { file, groups } of readGroups()) {
    for (const group of groups) {
      describe(`${file}: ${group.about}`, () => {
        for (const each of group.cases ?? []) it(each.name, () => check(each));
        checkMatrix(group);
        checkAttacks(group);
      });
    }
  }
});

function check(each: Case): void {
  if ("errors" in each) {
    expectErrors(parseRule(buildText(each.text)), each.errors, each.echo ?? []);
    return;
  }
  const compiled = compileRule(expectRule(each.rule));
  if ("annotations" in each) {
    const found = compiled.annotations.map(({ framework, controls }) => [framework, [...controls]]);
    expect(found).to.deep.equal(each.annotations);
  } else {
    expectVerdict(compiled.evaluate(buildTrace(each.trace)), each.verdict);
  }
}

function expectRule(form: TextForm) {
  const parsed = parseRule(buildText(form));
  if (!parsed.ok) expect.fail(`refused: ${JSON.stringify(parsed.errors)}`);
  return parsed.rule;
}

function expectVerdict(verdict: Verdict, expected: VerdictForm): void {
  expect(verdict.violated, "violated").to.equal(expected !== "no violation");
  if (!verdict.violated || typeof expected === "string") return;
  expect(verdict.clause).to.equal(expected.clause);
  if (expected.offending !== undefined) {
    expect(verdict.offendingSpan?.spanId, "offending span").to.equal(buildId(expected.offending));
  }
  if (expected.witnesses) expect(verdict.witnessSpanIds, "witnesses").to.deep.equal(expected.witnesses.map(buildId));
  if (expected.count !== undefined) expect(verdict.witnessCount, "number of witnesses").to.equal(expected.count);
}

/** Every expected error is there, and none of another code, except for those of an echo, which may follow from it. */
function expectErrors(parsed: ParseResult, expected: readonly ErrorForm[], echo: readonly string[]): void {
  if (parsed.ok) expect.fail("accepted");
  const { errors } = parsed;
  const seen = JSON.stringify(errors);
  for (const { hint, ...place } of expected) {
    const found = errors.find((error) => Object.entries(place).every(([key, value]) => error[key as "code"] === value));
    if (!found) expect.fail(`no error ${JSON.stringify(place)} in ${seen}`);
    if (hint !== undefined) expect(`${found.hint} ${found.expected.join(" ")}`, "hint").to.include(hint);
  }
  const codes = new Set(errors.map(({ code }) => code as string).filter((code) => !echo.includes(code)));
  expect([...codes], seen).to.have.members([...new Set(expected.map(({ code }) => code))]);
}

/** A span that holds one value, as its own attribute and as its resource's. */
function checkMatrix({ matrix }: Group): void {
  for (const { predicate, holds } of matrix?.rows ?? []) {
    for (const scope of ["span.attributes", "span.resource"]) {
      const rule = predicate.replaceAll("span.attributes", scope);
      it(rule, () => {
        const { evaluate } = compileRule(expectRule(`trace.has(${rule})`));
        const found = Object.entries(matrix?.values ?? {}).filter(([, value]) => {
          const attributes = buildAttributes({ k: value });
          const [plain] = buildTrace([["1", "", null, "n", 0, 1]]).spans;
          if (plain === undefined) return false;
          const span = scope === "span.attributes" ? { ...plain, attributes } : { ...plain, resource: attributes };
          const trace: Trace = { traceId: "1".padStart(32, "0"), spans: [span], complete: true };
          return evaluate(trace).violated;
        });
        expect(found.map(([name]) => name)).to.have.members([...holds]);
      });
    }
  }
}

function checkAttacks({ attacks = [], accepted = [] }: Group): void {
  let worst = { name: "", ms: 0 };
  for (const { name, text, codes } of attacks) {
    it(name, () => {
      const built = buildText(text);
      let best = Number.POSITIVE_INFINITY;
      let parsed = parseRule("");
      for (let tries = 0; tries < 5 && best > PROMISED_MS / 5; tries++) {
        const before = process.cpuUsage();
        parsed = parseRule(built);
        const { user, system } = process.cpuUsage(before);
        best = Math.min(best, (user + system) / 1_000);
      }
      if (best > worst.ms) worst = { name, ms: best };
      if (parsed.ok) expect.fail("accepted");
      const first = parsed.errors[0];
      expect(first?.code, JSON.stringify(parsed.errors.slice(0, 3))).to.be.oneOf([...codes]);
      expect(first?.text.length).to.be.lessThan(200);
      expect(best, "milliseconds").to.be.lessThan(FAILED_MS);
    });
  }
  for (const { name, text } of accepted) {
    it(name, () => {
      compileRule(expectRule(text)).evaluate(buildTrace([["1", "", "s", "a", 0, 1]]));
    });
  }
  if (attacks.length > 0) {
    it(`refuses the slowest of them within ${PROMISED_MS} ms (said, not failed)`, function () {
      const said = `${worst.ms.toFixed(1)} ms for ${worst.name}`;
      if (this.test) this.test.title += `: ${said}`;
      if (worst.ms > PROMISED_MS) process.stderr.write(`slower than ${PROMISED_MS} ms: ${said}\n`);
    });
  }
}
