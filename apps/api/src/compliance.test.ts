import { complianceReport, parseTimestamp } from "@betrace/contracts";
import { expect } from "chai";
import { startTestStack, type TestStack } from "./testing/stack.js";
import { sendTraces, traceIdOf } from "./testing/traces.js";

const DAY = { start_time: "2024-03-01T00:00:00Z", end_time: "2024-03-02T00:00:00Z" };
const PERIOD = "start=2024-03-01T00:00:00Z&end=2024-03-02T00:00:00Z";
const NOON_NS = parseTimestamp("2024-03-01T12:00:00Z") ?? 0n;

describe("a compliance report over HTTP", () => {
  let stack: TestStack;
  before(async () => {
    stack = await startTestStack();
    await sendTraces(stack.tempo.otlpUrl, [
      [{ name: "data.access", startNs: NOON_NS, durationMs: 5 }],
      [
        { name: "data.access", startNs: NOON_NS + 1_000_000_000n, durationMs: 5 },
        { name: "audit.log", startNs: NOON_NS + 1_002_000_000n, durationMs: 1 },
      ],
      // One begins on 1 April and offends at the first instant of 2 April, the other on 2 April and of 3 April.
      ...["2024-04-02T00:00:00Z", "2024-04-03T00:00:00Z"].map((midnight) => {
        const startNs = parseTimestamp(midnight) ?? 0n;
        return [
          { name: "GET /", startNs: startNs - 1_000_000_000n, durationMs: 2_000 },
          { name: "leak", startNs, durationMs: 1 },
        ];
      }),
    ]);
    await stack.call("POST", "/v1/rules", {
      id: "pii-audited",
      name: '=PII, "audited"',
      dsl: '@SOC2(controls = {CC6_1, CC7_2}) trace.has(span.name == "data.access") and not trace.has(span.name == "audit.log")',
    });
  });
  after(() => stack.close());

  it("says what ran, over what, and what it found", async () => {
    const asked = await stack.call("POST", "/v1/rules/pii-audited/replay", DAY);
    const { replay_id } = await stack.untilEnded(`/v1/replays/${asked.body.replay_id}`);
    const { status, body } = await stack.call("GET", `/v1/compliance/reports/SOC2?${PERIOD}`);
    expect(status, JSON.stringify(body)).to.equal(200);
    const report = complianceReport.parse(body);
    const rules = [{ rule_id: "pii-audited", rule_version: 1, outcome: "violations_found" }];
    expect(report.controls).to.deep.equal([
      { control: "CC6.1", rules },
      { control: "CC7.2", rules },
    ]);
    const [evidence] = report.evidence;
    expect(evidence).to.include({
      current: true,
      enabled: true,
      violations_in_period: 1,
      violations_exact: true,
      first_violation_at: "2024-03-01T12:00:00Z",
      not_read_count: 0,
    });
    expect(evidence?.replays[0]).to.include({ replay_id, ...DAY, status: "completed", traces_evaluated: 2 });
    const { items } = (await stack.call("GET", `/v1/violations?rule_id=pii-audited&${PERIOD}`)).body;
    expect(items.map((one: { trace_id: string }) => one.trace_id)).to.deep.equal([traceIdOf(0)]);
  });

  it("comes as a table too, in which no cell is a formula", async () => {
    const { headers, body } = await stack.call("GET", `/v1/compliance/reports/soc2?${PERIOD}&format=csv`);
    expect(headers.get("content-type")).to.equal("text/csv; charset=utf-8");
    const lines = String(body).trimEnd().split("\r\n");
    expect(lines).to.have.length(3);
    expect(lines[0]).to.match(/^framework,control,period_start,period_end,rule_id,/);
    expect(lines[1]).to.match(/^soc2,CC6\.1,.*,pii-audited,1,"'=PII, ""audited""",violations_found,1,true,0,rp_/);
  });

  it("refuses a framework that no rule carries, naming those that are carried", async () => {
    const { status, body } = await stack.call("GET", `/v1/compliance/reports/SOC3?${PERIOD}`);
    expect([status, body.code]).to.deep.equal([404, "framework_not_found"]);
    expect(body.detail).to.include("SOC2");
  });

  it("covers, without dates, all that replays of its rules cover, and says so", async () => {
    const all = await stack.call("GET", "/v1/compliance/reports/soc2");
    expect(all.status, JSON.stringify(all.body)).to.equal(200);
    const report = complianceReport.parse(all.body);
    expect(report).to.include(DAY);
    expect(report.in_period).to.include("if its offending span starts in it");
    expect(report.evidence[0]).to.include({ outcome: "violations_found", violations_in_period: 1, not_read_count: 0 });
    const since = await stack.call("GET", "/v1/compliance/reports/soc2?start=2024-03-01T12:00:00.5Z");
    expect(since.body).to.include({ start_time: "2024-03-01T12:00:00.500Z", end_time: DAY.end_time });
    expect(since.body.evidence[0]).to.include({ outcome: "no_violations", violations_in_period: 0 });
    const until = await stack.call("GET", "/v1/compliance/reports/soc2?end=2024-03-01T13:00:00Z");
    expect(until.body).to.include({ start_time: DAY.start_time, end_time: "2024-03-01T13:00:00Z" });
    const table = await stack.call("GET", "/v1/compliance/reports/soc2?format=csv");
    expect(String(table.body).split("\r\n")[1]).to.include(
      `soc2,CC6.1,${DAY.start_time},${DAY.end_time},pii-audited,1,`,
    );
  });

  it("is no evidence where nothing was replayed: it has no period, and says that nothing was run", async () => {
    const rule = {
      id: "restored",
      name: "Restores are tried",
      dsl: '@HIPAA(controls = {164_308}) trace.has(span.name == "x")',
    };
    expect((await stack.call("POST", "/v1/rules", rule)).status).to.equal(201);
    const { status, body } = await stack.call("GET", "/v1/compliance/reports/hipaa");
    expect(status).to.equal(200);
    expect(body).to.include({ start_time: null, end_time: null });
    expect(body.evidence[0]).to.include({ outcome: "not_run", violations_in_period: 0 });
    const table = await stack.call("GET", "/v1/compliance/reports/hipaa?format=csv");
    expect(String(table.body).split("\r\n")[1]).to.include(
      "hipaa,164.308,,,restored,1,Restores are tried,not_run,0,false,",
    );
  });

  it("holds the violations that the list of the same time holds, also of traces that lie across its ends", async () => {
    const dsl = '@GDPR(controls = {Art32}) trace.has(span.name == "leak")';
    await stack.call("POST", "/v1/rules", { id: "leak", name: "Nothing leaks", dsl });
    for (const day of [1, 2]) {
      const range = { start_time: `2024-04-0${day}T00:00:00Z`, end_time: `2024-04-0${day + 1}T00:00:00Z` };
      const asked = await stack.call("POST", "/v1/rules/leak/replay", range);
      const ended = await stack.untilEnded(`/v1/replays/${asked.body.replay_id}`);
      expect([ended.traces_evaluated, ended.violations_found]).to.deep.equal([1, 1]);
    }
    for (const [period, outcome, count] of [
      ["start=2024-04-01T00:00:00Z&end=2024-04-02T00:00:00Z", "no_violations", 0],
      ["start=2024-04-02T00:00:00Z&end=2024-04-03T00:00:00Z", "violations_found", 1],
      ["start=2024-04-03T00:00:00Z&end=2024-04-04T00:00:00Z", "violations_found", 1],
      ["start=2024-04-03T00:00:00Z", "violations_found", 1],
      ["end=2024-04-02T00:00:00Z", "no_violations", 0],
      ["", "violations_found", 2],
    ] as const) {
      const { evidence } = (await stack.call("GET", `/v1/compliance/reports/gdpr?${period}`)).body;
      expect([evidence[0].outcome, evidence[0].violations_in_period], period).to.deep.equal([outcome, count]);
      const { items } = (await stack.call("GET", `/v1/violations?rule_id=leak&${period}`)).body;
      expect(items, period).to.have.length(count);
    }
  });

  it("has a period that goes forwards", async () => {
    const backwards = await stack.call(
      "GET",
      "/v1/compliance/reports/SOC2?start=2024-03-02T00:00:00Z&end=2024-03-01T00:00:00Z",
    );
    expect([backwards.status, backwards.body.code]).to.deep.equal([400, "range_invalid"]);
  });
});
