import { SEVERITIES } from "@betrace/contracts";
import { expect } from "chai";
import { startTestStack, type TestStack } from "./testing/stack.js";

const DSL = 'trace.has(span.attributes["data.classification"] == "PII") and not trace.has(span.name == "audit.log")';

describe("rules over HTTP", () => {
  let stack: TestStack;
  before(async () => {
    stack = await startTestStack();
  });
  after(() => stack.close());

  it("take an id with dots and annotations of any scalar", async () => {
    const made = await stack.call("POST", "/v1/rules", {
      id: "pii-audit-soc2-cc6.1",
      name: "PII access is audited",
      description: "Every access to PII leaves an audit record",
      dsl: DSL,
      severity: "critical",
      annotations: { soc2_control: "CC6.1", compliance_framework: "SOC2", tier: 1, pager: true, teams: ["a", "b"] },
    });
    expect(made.status, JSON.stringify(made.body)).to.equal(201);
    const got = await stack.call("GET", "/v1/rules/pii-audit-soc2-cc6.1");
    expect(got.body).to.deep.equal(made.body);
    expect(got.body).to.include({ enabled: true, severity: "critical", version: 1 });
    expect(got.body.annotations).to.include({
      soc2_control: "CC6.1",
      compliance_framework: "SOC2",
      tier: "1",
      pager: "true",
      teams: "a,b",
    });
  });

  it("refuse an annotation that would not come back as it went in, and say what they found", async () => {
    const scalars = "expected a string, a number, a boolean, or a list of at most 64 of these, found";
    const cases: readonly (readonly [value: unknown, says: string])[] = [
      [null, `${scalars} nothing (null)`],
      [{ a: 1 }, `${scalars} a map`],
      [["a", ["b"]], `${scalars} a list as its item 2`],
      [["x,y", "z"], 'expected items without commas, which join them, found "x,y"'],
    ];
    for (const [value, says] of cases) {
      const { status, body } = await stack.call("POST", "/v1/rules", {
        name: "A",
        dsl: DSL,
        annotations: { teams: value },
      });
      expect([status, body.code], says).to.deep.equal([400, "invalid_request"]);
      expect(JSON.stringify(body)).to.include(JSON.stringify(says).slice(1, -1)).and.include("teams");
    }
  });

  it("refuse an annotation without a name in words", async () => {
    const { body } = await stack.call("POST", "/v1/rules", { name: "A", dsl: DSL, annotations: { "": "x" } });
    expect(body.detail).to.equal("annotations.: expected a name of 1 to 128 characters");
  });

  it("that nobody knows are said to be unknown wherever they are asked for, with the one that was meant", async () => {
    const range = { start_time: "2024-03-01T00:00:00Z", end_time: "2024-03-02T00:00:00Z" };
    const asked = [
      ["GET", "/v1/violations?rule_id=pii-audit-soc2-cc61"],
      ["GET", "/v1/violations?rule_id=pii-audit-soc2-cc61&severity=high"],
      ["GET", "/v1/replays?rule_id=pii-audit-soc2-cc61"],
      ["GET", "/v1/rules/pii-audit-soc2-cc61"],
      ["GET", "/v1/rules/pii-audit-soc2-cc61/versions"],
      ["GET", "/v1/rules/pii-audit-soc2-cc61/replay/status"],
      ["POST", "/v1/rules/pii-audit-soc2-cc61/replay", range],
      ["POST", "/v1/replays", { rule_ids: ["pii-audit-soc2-cc6.1", "pii-audit-soc2-cc61"], ...range }],
    ] as const;
    for (const [method, path, data] of asked) {
      const { status, body } = await stack.call(method, path, data);
      expect([status, body.code], path).to.deep.equal([404, "rule_not_found"]);
      expect(body.detail).to.equal(
        'there is no rule with the id "pii-audit-soc2-cc61"; did you mean pii-audit-soc2-cc6.1? known: pii-audit-soc2-cc6.1',
      );
    }
  });

  it("that were removed, or replayed without being saved, are known: their lists are empty, and no error", async () => {
    await stack.call("POST", "/v1/rules", { id: "gone", name: "Gone", dsl: DSL });
    expect((await stack.call("DELETE", "/v1/rules/gone")).status).to.equal(204);
    const range = { start_time: "2024-03-01T00:00:00Z", end_time: "2024-03-02T00:00:00Z" };
    const unsaved = await stack.call("POST", "/v1/replays", { dsl: DSL, ...range });
    for (const id of ["pii-audit-soc2-cc6.1", "gone", unsaved.body.rule_id]) {
      const { status, body } = await stack.call("GET", `/v1/violations?rule_id=${id}`);
      expect([status, body.items], id).to.deep.equal([200, []]);
      expect((await stack.call("GET", `/v1/replays?rule_id=${id}`)).status, id).to.equal(200);
    }
  });

  it("get an id from the name where none is given", async () => {
    const made = await stack.call("POST", "/v1/rules", { name: "Slow DB, no retry", dsl: "span.duration > 2s" });
    expect([made.status, made.body.id, made.body.severity]).to.deep.equal([201, "slow-db-no-retry", "medium"]);
  });

  it("take every severity in any letter case, and give it in lower case", async () => {
    for (const severity of SEVERITIES) {
      for (const written of [
        severity,
        severity.toUpperCase(),
        `${severity.slice(0, 1).toUpperCase()}${severity.slice(1)}`,
      ]) {
        const put = await stack.call("PUT", "/v1/rules/slow-db-no-retry", { severity: written });
        expect([put.status, put.body.severity]).to.deep.equal([200, severity]);
      }
    }
    await stack.call("PUT", "/v1/rules/slow-db-no-retry", { severity: "medium" });
  });

  it("are refused with a severity that nobody knows: all that are known are named, with the one that was meant", async () => {
    for (const [severity, hint] of [
      ["warn", 'did you mean "warning"?'],
      ["CRIT", 'did you mean "critical"?'],
      ["urgent", undefined],
      ["", undefined],
      [3, undefined],
      [null, undefined],
    ] as const) {
      const { status, body } = await stack.call("POST", "/v1/rules", { id: "sev", name: "S", dsl: DSL, severity });
      expect([status, body.code, body.errors[0].path, body.errors[0].hint]).to.deep.equal([
        400,
        "invalid_request",
        "severity",
        hint,
      ]);
      for (const known of SEVERITIES) expect(body.detail).to.include(`"${known}"`);
    }
    expect((await stack.call("GET", "/v1/rules/sev")).status).to.equal(404);
  });

  it("are refused with every error of the text, and leave nothing behind", async () => {
    const refused = await stack.call("POST", "/v1/rules", {
      id: "broken",
      name: "Broken",
      dsl: 'trace.has(span.nam == "x") and\ntrace.has(span.duratio > 1s)',
    });
    expect([refused.status, refused.body.code]).to.deep.equal([400, "rule_rejected"]);
    expect(refused.body.errors.map((one: { line: number; path: string }) => [one.path, one.line])).to.deep.equal([
      ["dsl", 1],
      ["dsl", 2],
    ]);
    expect(refused.body.errors[0]).to.include({ code: "unknown_field", column: 11, text: "span.nam" });
    expect(refused.body.errors[0].hint).to.include("span.name");
    const missing = await stack.call("GET", "/v1/rules/broken");
    expect([missing.status, missing.body.code]).to.deep.equal([404, "rule_not_found"]);
    expect(missing.body.detail).to.include("pii-audit-soc2-cc6.1");
  });

  it("keep their id to themselves", async () => {
    const again = await stack.call("POST", "/v1/rules", { id: "pii-audit-soc2-cc6.1", name: "Other", dsl: DSL });
    expect([again.status, again.body.code]).to.deep.equal([409, "rule_id_taken"]);
    for (const id of ["a b", "../x", "", ".", "a/b", 7, "x".repeat(200)]) {
      const wrong = await stack.call("POST", "/v1/rules", { id, name: "Other", dsl: DSL });
      expect([wrong.status, wrong.body.errors?.[0]?.path], JSON.stringify(wrong.body)).to.deep.equal([400, "id"]);
    }
  });

  it("get a version with every change of the text, none with a description", async () => {
    const same = await stack.call("PUT", "/v1/rules/pii-audit-soc2-cc6.1", { description: "Reworded" });
    expect([same.status, same.body.version, same.body.dsl]).to.deep.equal([200, 1, DSL]);
    const changed = await stack.call("PUT", "/v1/rules/pii-audit-soc2-cc6.1", { dsl: 'trace.has(span.name == "pii")' });
    expect([changed.body.version, changed.body.annotations.soc2_control]).to.deep.equal([2, "CC6.1"]);
    const versions = await stack.call("GET", "/v1/rules/pii-audit-soc2-cc6.1/versions");
    expect(versions.body.items.map((one: { version: number; dsl: string }) => one.version)).to.deep.equal([2, 1]);
    expect(versions.body.items[1].dsl).to.equal(DSL);
    const broken = await stack.call("PUT", "/v1/rules/pii-audit-soc2-cc6.1", { dsl: "(" });
    expect([broken.status, broken.body.code]).to.deep.equal([400, "rule_rejected"]);
    expect((await stack.call("PUT", "/v1/rules/pii-audit-soc2-cc6.1", {})).status).to.equal(400);
    expect((await stack.call("PUT", "/v1/rules/pii-audit-soc2-cc6.1", { id: "other" })).status).to.equal(400);
    expect((await stack.call("PUT", "/v1/rules/none", { dsl: DSL })).status).to.equal(404);
  });

  it("take no replays while disabled", async () => {
    const range = { start_time: "2024-03-01T00:00:00Z", end_time: "2024-03-01T01:00:00Z" };
    const off = await stack.call("POST", "/v1/rules/slow-db-no-retry/disable");
    expect([off.status, off.body.enabled]).to.deep.equal([200, false]);
    const refused = await stack.call("POST", "/v1/rules/slow-db-no-retry/replay", range);
    expect([refused.status, refused.body.code]).to.deep.equal([409, "rule_disabled"]);
    await stack.call("POST", "/v1/rules/slow-db-no-retry/enable");
    expect((await stack.call("POST", "/v1/rules/slow-db-no-retry/replay", range)).status).to.equal(202);
  });

  it("are replayed over ranges that make sense only", async () => {
    const ask = (start_time: unknown, end_time: unknown) =>
      stack.call("POST", "/v1/rules/slow-db-no-retry/replay", { start_time, end_time });
    for (const [start, end, code, path] of [
      ["2024-03-02T00:00:00Z", "2024-03-01T00:00:00Z", "range_invalid", "start_time"],
      ["2024-03-01T00:00:00Z", "2024-03-01T00:00:00Z", "range_invalid", "start_time"],
      ["2024-03-01T00:00:00Z", "2199-03-01T00:00:00Z", "range_invalid", "end_time"],
      ["2024-03-01", "2024-03-02T00:00:00Z", "invalid_request", "start_time"],
      [1_709_251_200, "2024-03-02T00:00:00Z", "invalid_request", "start_time"],
      [undefined, "2024-03-02T00:00:00Z", "invalid_request", "start_time"],
    ] as const) {
      const { status, body } = await ask(start, end);
      expect([status, body.code, body.errors[0].path], JSON.stringify(body)).to.deep.equal([400, code, path]);
    }
    const tooLong = await ask("2020-03-01T00:00:00Z", "2024-03-02T00:00:00Z");
    expect([tooLong.status, tooLong.body.code]).to.deep.equal([400, "range_too_long"]);
    const noRule = await stack.call("POST", "/v1/rules/nobody/replay", {
      start_time: "2024-03-01T00:00:00Z",
      end_time: "2024-03-02T00:00:00Z",
    });
    expect([noRule.status, noRule.body.code]).to.deep.equal([404, "rule_not_found"]);
  });

  it("are listed a page at a time", async () => {
    const first = await stack.call("GET", "/v1/rules?limit=1");
    expect(first.body.items.map((one: { id: string }) => one.id)).to.deep.equal(["pii-audit-soc2-cc6.1"]);
    const second = await stack.call("GET", `/v1/rules?limit=1&cursor=${encodeURIComponent(first.body.next_cursor)}`);
    expect(second.body.items.map((one: { id: string }) => one.id)).to.deep.equal(["slow-db-no-retry"]);
    expect(second.body.next_cursor).to.equal(null);
    expect((await stack.call("GET", "/v1/rules?limit=0")).body.code).to.equal("invalid_request");
  });

  it("are checked without being saved", async () => {
    const right = await stack.call("POST", "/v1/rules/validate", { dsl: DSL });
    expect(right.body).to.include({ valid: true });
    expect(right.body.errors).to.deep.equal([]);
    expect(right.body.witness_query).to.match(/^\{ .*audit\.log.* \}$/);
    expect(right.body.explanation).to.be.a("string").and.not.equal("");
    const wrong = await stack.call("POST", "/v1/rules/validate", { dsl: 'trace.has(span.name = "x")' });
    expect([wrong.status, wrong.body.valid, wrong.body.witness_query]).to.deep.equal([200, false, null]);
    expect(wrong.body.errors[0]).to.include({ line: 1, path: "dsl" });
    for (const dsl of ["", "(".repeat(100_000), "\u0000\uffff", '"'.repeat(70_000)]) {
      const { status, body } = await stack.call("POST", "/v1/rules/validate", { dsl });
      expect([status, body.valid]).to.deep.equal([200, false]);
    }
    expect((await stack.call("GET", "/v1/rules")).body.items).to.have.length(2);
  });

  it("can be removed", async () => {
    const gone = await stack.call("DELETE", "/v1/rules/pii-audit-soc2-cc6.1");
    expect([gone.status, gone.body]).to.deep.equal([204, ""]);
    expect((await stack.call("GET", "/v1/rules/pii-audit-soc2-cc6.1")).status).to.equal(404);
    expect((await stack.call("DELETE", "/v1/rules/pii-audit-soc2-cc6.1")).status).to.equal(404);
    expect((await stack.call("GET", "/v1/rules/pii-audit-soc2-cc6.1/versions")).body.items).to.have.length(2);
  });
});
