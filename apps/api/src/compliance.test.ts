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

  it("needs a period, forwards", async () => {
    const none = await stack.call("GET", "/v1/compliance/reports/SOC2");
    expect(none.body.errors.map((one: { path: string }) => one.path)).to.deep.equal(["start", "end"]);
    const backwards = await stack.call(
      "GET",
      "/v1/compliance/reports/SOC2?start=2024-03-02T00:00:00Z&end=2024-03-01T00:00:00Z",
    );
    expect([backwards.status, backwards.body.code]).to.deep.equal([400, "range_invalid"]);
  });
});
