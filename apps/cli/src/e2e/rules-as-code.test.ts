import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mergeAnnotations, type RuleAnswer, SEVERITIES } from "@betrace/contracts";
import { expect } from "chai";
import fc from "fast-check";
import { parse } from "yaml";
import type { Stack } from "../stack.js";
import { betrace } from "../testing/run-betrace.js";
import { startTestStack } from "../testing/test-stack.js";

describe("rules as code", function () {
  this.timeout(120_000);
  let folder: string;
  let stack: Stack;
  let env: Record<string, string>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "betrace-rules-"));
    stack = await startTestStack();
    env = { BETRACE_URL: stack.apiUrl };
  });
  after(async () => {
    await stack?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function file(text: string, name = "rules.yaml"): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  }
  const rules = async (verb: "apply" | "diff", text: string, name?: string) =>
    betrace(["rules", verb, await file(text, name)], env);
  async function onServer(id: string): Promise<RuleAnswer> {
    const { out } = await betrace(["rules", "get", id, "--json"], env);
    return JSON.parse(out) as RuleAnswer;
  }

  const FULL = `id: full
name: Slow query
description: Found in March.
severity: high
enabled: false
annotations: {owner: db-team, tier: 1}
dsl: |
  trace.has(span.name == "db.query"
    and span.duration > 1s)
`;

  it("says what would change, field by field, changes nothing; then changes exactly that", async () => {
    const made = await rules("diff", FULL);
    expect([made.code, made.out]).to.deep.equal([3, "full: would be made\n"]);
    expect((await rules("apply", FULL)).out).to.equal("full: made, version 1\n");
    const same = await rules("diff", FULL);
    expect([same.code, same.out]).to.deep.equal([0, "full: unchanged\n"]);
    const { updated_at } = await onServer("full");
    expect((await rules("apply", FULL)).out).to.equal("full: unchanged, version 1\n");
    expect(await onServer("full")).to.include({ version: 1, updated_at });

    // Everything that may be left out has left, and the text has another line.
    const LESS =
      'id: full\nname: Slow query\ndsl: |\n  trace.has(span.name == "db.query"\n    and span.duration > 2s)\n';
    const changes = `  description: "Found in March." -> ""
  dsl:
      trace.has(span.name == "db.query"
    -   and span.duration > 1s)
    +   and span.duration > 2s)
  severity: "high" -> "medium"
  enabled: false -> true
  annotations.owner: "db-team" -> none
  annotations.tier: "1" -> none
`;
    const diff = await rules("diff", LESS);
    expect([diff.code, diff.out, diff.err]).to.deep.equal([3, `full: would change\n${changes}`, ""]);
    expect((await onServer("full")).version).to.equal(1);
    expect((await rules("apply", LESS)).out).to.equal(`full: changed, version 2\n${changes}`);
    expect(await onServer("full")).to.deep.include({
      description: "",
      severity: "medium",
      enabled: true,
      annotations: {},
    });
    expect((await rules("diff", LESS)).code).to.equal(0);
  });

  it("compares annotations with the marks that stand in the rule's text", async () => {
    const text = "id: marked\nname: M\nannotations: {soc2_control: CC7.2}\ndsl: '@SOC2(controls = {CC6_1}) true'\n";
    await rules("apply", text);
    expect((await onServer("marked")).annotations).to.deep.equal({
      compliance_framework: "SOC2",
      soc2_control: "CC6.1,CC7.2",
    });
    expect((await rules("diff", text)).out).to.equal("marked: unchanged\n");
    const diff = await rules("diff", text.replace("CC6_1", "CC6_6"));
    expect(diff.out).to.equal(
      'marked: would change\n  dsl: "@SOC2(controls = {CC6_1}) true" -> "@SOC2(controls = {CC6_6}) true"\n  annotations.soc2_control: "CC6.1,CC7.2" -> "CC6.6,CC7.2"\n',
    );
  });

  it("reads stdin where a file is -, in check, diff, apply and --rule-file", async () => {
    const text = 'id: piped\nname: P\ndsl: trace.has(span.name == "x")\n---\n';
    expect((await betrace(["check", "-"], env, text)).out).to.equal("1 rule without errors: piped\n");
    expect((await betrace(["rules", "diff", "-"], env, text)).out).to.equal("piped: would be made\n");
    expect((await betrace(["rules", "apply", "-"], env, text)).out).to.equal("piped: made, version 1\n");
    const plain = await betrace(["check", "-"], env, '// name: none\ntrace.has(span.name == "x")');
    expect(plain.out).to.equal("1 rule without errors: stdin\n");
    const wrong = await betrace(["check", "-"], env, '[{"id":"a","name":"A","dsl":"trace.has(span.nam == 1)"}]');
    expect([wrong.code, wrong.err.split("\n")[0]]).to.deep.equal([2, "stdin:1:40: error: there is no field span.nam"]);
    const twice = await betrace(["check", "-", "-"], env, text);
    expect([twice.code, twice.err]).to.deep.equal([1, "betrace: - is given twice, and stdin can be read once\n"]);
  });

  it("checks and applies the same: two rules of one id are an error, over several files too", async () => {
    const one = await file("id: twin\nname: T\ndsl: true\n", "one.yaml");
    const two = await file("- id: other\n  name: O\n  dsl: true\n- id: twin\n  name: T\n  dsl: false\n", "two.yaml");
    for (const command of [["check"], ["rules", "apply"], ["rules", "diff"]]) {
      const { code, err } = await betrace([...command, one, two], env);
      expect([code, err.split("\n")[0]], command.join(" ")).to.deep.equal([
        2,
        `${two}:4:7: error: two rules have the id twin: this one, and the one at ${one}:1`,
      ]);
    }
    expect((await betrace(["rules", "get", "other"], env)).code).to.equal(1);
  });

  it("refuses in check what the server refuses, and takes what it takes", async () => {
    const cases: [taken: boolean, fields: string][] = [
      [true, 'name: "\\0 😀\\u2028\\uFFFD"\ndsl: "true"'],
      [true, `name: A\ndescription: ${"😀".repeat(2_000)}\ndsl: "true"`],
      [true, 'name: A\nannotations: {constructor: a, " ": b}\ndsl: "true"'],
      [true, `name: A\nannotations: {k: [${`${"x".repeat(250)}, `.repeat(60)}]}\ndsl: "true"`],
      [true, `name: A\ndsl: |\r\n  // ${"x".repeat(65_000)}\r\n  true`],
      [false, 'name: A\nannotations: {"": x}\ndsl: "true"'],
      [false, `name: A\nannotations: {k: ${"x".repeat(16_385)}}\ndsl: "true"`],
      [false, `name: A\ndescription: ${"é".repeat(4_001)}\ndsl: "true"`],
      [false, 'name: "\\ud83d"\ndsl: "true"'],
      [false, 'name: "\\u00a0"\ndsl: "true"'],
      [false, `name: A\ndsl: |\n  // ${"x".repeat(66_000)}\n  true`],
    ];
    for (const [index, [taken, fields]] of cases.entries()) {
      const id = `awkward-${index}`;
      const path = await file(`id: ${id}\n${fields}\n`);
      const body = parse(`id: ${id}\n${fields}\n`);
      const answer = await fetch(`${stack.apiUrl}/v1/rules`, { method: "POST", body: JSON.stringify(body) });
      const what = fields.slice(0, 60);
      expect(answer.ok, `${what}: ${(await answer.text()).slice(0, 300)}`).to.equal(taken);
      expect((await betrace(["check", path], env)).code, what).to.equal(taken ? 0 : 2);
      const { code, out } = await betrace(["rules", "apply", path], env);
      expect([code, out], what).to.deep.equal(taken ? [0, `${id}: unchanged, version 1\n`] : [2, ""]);
    }
  });

  it("gives back what a file says, whatever it says, and finds nothing to do the second time", async () => {
    const quoted = fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => ({ yaml: JSON.stringify(text), text }));
    /** Written without quotes, where YAML sees numbers, booleans and dates. */
    const plain = fc
      .constantFrom(
        ..."3.10 012345678901 1e3 12345678901234567890 true off 2026-01-01 0x1F 0o17 -0 +5 .5 1_000 .inf 12:30:45 v1".split(
          " ",
        ),
      )
      .map((text) => ({ yaml: text, text }));
    const label = fc.oneof(plain, quoted);
    const values = fc.oneof(
      label,
      fc.array(label, { minLength: 1, maxLength: 3 }).map((all) => ({
        yaml: `[${all.map(({ yaml }) => yaml).join(", ")}]`,
        text: all.map(({ text }) => text).join(","),
      })),
    );
    const keys = fc.oneof(
      plain,
      fc.stringMatching(/^[a-z][a-z_. ]{0,20}[a-z]$/).map((text) => ({ yaml: JSON.stringify(text), text })),
    );
    const rule = fc.record(
      {
        name: label.filter(({ text }) => text.trim() !== ""),
        description: label,
        severity: fc.constantFrom(...SEVERITIES),
        enabled: fc.boolean(),
        annotations: fc.uniqueArray(fc.tuple(keys, values), { selector: ([{ text }]) => text, maxLength: 4 }),
        dsl: fc.constantFrom(
          "true",
          "'@SOC2(controls = {CC6_1}) false'",
          '|\n  trace.has(span.name\n    == "x")',
          ">-\n  count(true)\n  > 3",
        ),
      },
      { requiredKeys: ["name", "dsl"] },
    );
    await fc.assert(
      fc.asyncProperty(rule, async ({ name, description, severity, enabled, annotations, dsl }) => {
        const lines = [
          "id: any",
          `name: ${name.yaml}`,
          ...(description === undefined ? [] : [`description: ${description.yaml}`]),
          ...(severity === undefined ? [] : [`severity: ${severity}`]),
          ...(enabled === undefined ? [] : [`enabled: ${enabled}`]),
          ...(annotations === undefined
            ? []
            : [`annotations: {${annotations.map(([key, value]) => `${key.yaml}: ${value.yaml}`).join(", ")}}`]),
          `dsl: ${dsl}`,
        ];
        const text = `${lines.join("\n")}\n`;
        const applied = await rules("apply", text);
        expect(applied.code, applied.err).to.equal(0);
        const given = Object.fromEntries((annotations ?? []).map(([key, value]) => [key.text, value.text]));
        const marks = dsl.includes("SOC2") ? [{ framework: "SOC2", controls: ["CC6.1"] }] : [];
        expect(await onServer("any")).to.deep.include({
          name: name.text.trim(),
          description: description?.text ?? "",
          severity: severity ?? "medium",
          enabled: enabled ?? true,
          annotations: mergeAnnotations(given, marks),
        });
        expect((await rules("apply", text)).out).to.match(/^any: unchanged, version \d+\n$/);
        const diff = await rules("diff", text);
        expect([diff.code, diff.out]).to.deep.equal([0, "any: unchanged\n"]);
      }),
      { numRuns: 60 },
    );
  });
});
