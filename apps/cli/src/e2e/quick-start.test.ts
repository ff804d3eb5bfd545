import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { complianceReport, formatTimestamp } from "@betrace/contracts";
import { expect } from "chai";
import { sendOtlp } from "../demo/otlp.js";
import type { Stack } from "../stack.js";
import { curl, untilOver, violationSpanIds } from "../testing/client.js";
import { pageTraces } from "../testing/page-traces.js";
import { startTestStack } from "../testing/test-stack.js";

const HOUR_NS = 3_600_000_000_000n;
/** The user's own script for the same page; beside the checkout, not in it. */
const SCRIPT = fileURLToPath(new URL("../../../../../shared/acceptance/quick-start.mjs", import.meta.url));

describe("the quick start, call by call", function () {
  this.timeout(60_000);
  const nowNs = (BigInt(Date.now()) / 1_000n) * 1_000_000_000n;
  const sent = pageTraces(nowNs);
  let stack: Stack;
  before(async () => {
    stack = await startTestStack({ TEMPO_URL: undefined, REDIS_URL: undefined });
    await sendOtlp(stack.tempo.otlpUrl, sent.resourceSpans);
  });
  after(() => stack?.close());

  async function create(rule: object) {
    const { status, body } = await curl(`${stack.apiUrl}/v1/rules`, { data: JSON.stringify(rule) });
    expect(status, JSON.stringify(body)).to.equal(201);
    return body;
  }
  /** Replays up to now, as the page does, and gives the status that its next call reads. */
  async function replay(ruleId: string, hours: bigint) {
    const data = JSON.stringify({
      start_time: formatTimestamp(nowNs - hours * HOUR_NS),
      end_time: formatTimestamp(nowNs),
    });
    const { status, body } = await curl(`${stack.apiUrl}/v1/rules/${ruleId}/replay`, { data });
    expect(status, JSON.stringify(body)).to.equal(202);
    await untilOver(stack.apiUrl, String(body.replay_id), 30_000);
    const ended = (await curl(`${stack.apiUrl}/v1/rules/${ruleId}/replay/status`)).body;
    expect(ended).to.include({ rule_id: ruleId, status: "completed", incomplete_window_count: 0 });
    return ended;
  }

  it("step 1: it is up", async () => {
    expect((await curl(`${stack.apiUrl}/health`)).body).to.deep.equal({ status: "healthy" });
  });

  it("steps 2 to 4: a rule of severity warning finds what is slow, says since when, and writes it to Tempo", async () => {
    const made = await create({
      id: "slow-db-no-retry",
      name: "Slow DB Query Without Retry",
      description: "Detects database queries taking >1s without retry spans",
      dsl: 'trace.has(span.name == "db.query" and span.duration > 1s) and not trace.has(span.name == "retry")',
      severity: "warning",
      enabled: true,
    });
    expect(made).to.include({ severity: "warning", enabled: true });
    const ended = await replay("slow-db-no-retry", 24n);
    expect(ended).to.include({
      traces_evaluated: sent.ofTheLastDay,
      violations_found: sent.slowWithoutRetry.count,
      first_violation_at: formatTimestamp(sent.slowWithoutRetry.firstNs),
    });
    expect(ended.duration_seconds).to.be.a("number");
    const nowSeconds = Number(nowNs / 1_000_000_000n);
    const spans = await violationSpanIds(stack.tempo.url, "slow-db-no-retry", nowSeconds - 86_400, nowSeconds);
    expect(spans).to.have.length(sent.slowWithoutRetry.count);
  });

  it("use case 1: it says when the bug started", async () => {
    await create({
      id: "incident-pattern",
      name: "Incident Pattern Detection",
      dsl: 'trace.has(span.name == "payment.process" and span.status == "error") and trace.has(span.attributes["user.region"] == "eu-west-1")',
      severity: "critical",
    });
    expect(await replay("incident-pattern", 168n)).to.include({
      violations_found: sent.failedInEurope.count,
      first_violation_at: formatTimestamp(sent.failedInEurope.firstNs),
    });
  });

  it("use case 2: there were violations before the fix, and none since", async () => {
    await create({
      id: "authz-before-data",
      name: "Authorization Before Data Access",
      dsl: 'trace.has(span.name == "data.access") and not trace.has_before(span.name == "authz.check", "data.access")',
      severity: "critical",
    });
    expect(await replay("authz-before-data", 24n)).to.include({ violations_found: sent.uncheckedAccess });
    expect(await replay("authz-before-data", 1n)).to.include({ violations_found: 0 });
  });

  it("use case 3: the report needs no dates, and covers what was replayed", async () => {
    await create({
      id: "pii-audit-soc2-cc6.1",
      name: "PII Access Requires Audit Log (SOC2 CC6.1)",
      dsl: 'trace.has(span.attributes["data.classification"] == "PII") and not trace.has(span.name == "audit.log")',
      severity: "critical",
      annotations: { soc2_control: "CC6.1", compliance_framework: "SOC2" },
    });
    const before = complianceReport.parse((await curl(`${stack.apiUrl}/v1/compliance/reports/soc2`)).body);
    expect([before.start_time, before.evidence[0]?.outcome]).to.deep.equal([null, "not_run"]);
    const { start_time, end_time } = await replay("pii-audit-soc2-cc6.1", 24n);
    const report = complianceReport.parse((await curl(`${stack.apiUrl}/v1/compliance/reports/soc2`)).body);
    expect([report.start_time, report.end_time]).to.deep.equal([start_time, end_time]);
    expect(report.controls.map(({ control }) => control)).to.deep.equal(["CC6.1"]);
    expect(report.evidence[0]).to.include({
      rule_id: "pii-audit-soc2-cc6.1",
      outcome: "violations_found",
      violations_in_period: sent.unauditedPii,
    });
  });

  it("advanced patterns and troubleshooting: rules are checked, counted, and placed where they are wrong", async () => {
    for (const [dsl, valid] of [
      ['count(span.name == "retry") > 3', true],
      ['@SOC2(controls = {CC6_1}) trace.has(span.name == "a")', true],
      ['trace.has_after(span.name == "a", "b")', true],
      ["YOUR_DSL_HERE", false],
      ["trace.has(", false],
    ] as const) {
      const data = JSON.stringify({ dsl });
      const { status, body } = await curl(`${stack.apiUrl}/v1/rules/validate`, { data });
      expect([status, body.valid], dsl).to.deep.equal([200, valid]);
      if (!valid) expect((body.errors as readonly unknown[])[0], dsl).to.include({ line: 1 });
    }
    await create({ id: "retry-storm", name: "Retry storm", dsl: 'count(span.name == "retry") > 3' });
    expect(await replay("retry-storm", 24n)).to.include({ violations_found: sent.retryStorms });
    const { body } = await curl(`${stack.tempo.url}/api/search`);
    expect(body.traces).to.be.an("array").that.is.not.empty;
  });
});

describe("the user's own script for the quick start", function () {
  this.timeout(120_000);
  let stack: Stack | undefined;
  after(() => stack?.close());

  it("passes every check", async function () {
    if (!existsSync(SCRIPT)) {
      console.log("      skipped: the script is not beside this checkout");
      return this.skip();
    }
    stack = await startTestStack({ TEMPO_URL: undefined, REDIS_URL: undefined });
    const env = {
      ...process.env,
      API: stack.apiUrl,
      TEMPO: stack.tempo.url,
      OTLP: stack.tempo.otlpUrl,
      SETTLE_MS: "0",
    };
    const run = await promisify(execFile)(process.execPath, [SCRIPT], { env }).catch(
      (failed: { stdout: string }) => failed,
    );
    expect(run.stdout).to.match(/^\d+ passed, 0 failed\n$/);
  });
});
