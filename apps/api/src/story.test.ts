import { parseTimestamp } from "@betrace/contracts";
import { expect } from "chai";
import { startTestStack, type TestStack } from "./testing/stack.js";
import { type SentSpan, sendTraces, traceIdOf } from "./testing/traces.js";

const SLOW_DB = 'trace.has(span.name == "db.query" and span.duration > 1s) and not trace.has(span.name == "retry")';
const DAY = { start_time: "2024-03-01T00:00:00Z", end_time: "2024-03-02T00:00:00Z" };
const NOON_NS = parseTimestamp("2024-03-01T12:00:00.000000123Z") ?? 0n;

/** 20 traces, a minute apart; 0, 3, 6 and 9 have a slow query without a retry. */
const TRACES: readonly (readonly SentSpan[])[] = Array.from({ length: 20 }, (_, index) => {
  const startNs = NOON_NS + BigInt(index) * 60_000_000_000n;
  const slow = index % 3 === 0;
  return [
    { name: "GET /orders", startNs, durationMs: 3_000 },
    { name: "db.query", startNs: startNs + 1_000n, durationMs: slow ? 1_500 : 20 },
    ...(slow && index > 9 ? [{ name: "retry", startNs: startNs + 2_000n, durationMs: 5 }] : []),
  ];
});

describe("a rule, replayed over HTTP", () => {
  let stack: TestStack;
  before(async () => {
    stack = await startTestStack();
    await sendTraces(stack.tempo.otlpUrl, TRACES);
  });
  after(() => stack.close());

  it("finds every violation, says when, and writes it back to Tempo", async () => {
    const made = await stack.call("POST", "/v1/rules", {
      id: "slow-db-no-retry",
      name: "Slow DB without retry",
      dsl: SLOW_DB,
      severity: "high",
    });
    expect(made.status, JSON.stringify(made.body)).to.equal(201);
    expect(made.headers.get("location")).to.equal("/v1/rules/slow-db-no-retry");
    expect(made.body).to.include({ id: "slow-db-no-retry", version: 1, enabled: true, severity: "high" });

    const never = await stack.call("GET", "/v1/rules/slow-db-no-retry/replay/status");
    expect([never.status, never.body.code]).to.deep.equal([404, "replay_not_found"]);

    const accepted = await stack.call("POST", "/v1/rules/slow-db-no-retry/replay", DAY);
    expect(accepted.status, JSON.stringify(accepted.body)).to.equal(202);
    expect(accepted.body).to.include({ rule_id: "slow-db-no-retry", rule_version: 1, ...DAY });
    expect(accepted.headers.get("location")).to.equal(`/v1/replays/${accepted.body.replay_id}`);

    const ended = await stack.untilEnded("/v1/rules/slow-db-no-retry/replay/status");
    expect(ended).to.include({
      rule_id: "slow-db-no-retry",
      replay_id: accepted.body.replay_id,
      status: "completed",
      traces_evaluated: 20,
      violations_found: 4,
      progress: 1,
      first_violation_at: "2024-03-01T12:00:00.000001123Z",
      last_violation_at: "2024-03-01T12:09:00.000001123Z",
      unsettled: null,
      incomplete_window_count: 0,
    });
    expect(ended.duration_seconds).to.be.a("number");
    expect(ended.shards).to.include({ failed: 0, running: 0, done: ended.shards.total });
    expect(ended.incomplete_windows).to.deep.equal([]);

    const found = await stack.call("GET", `/v1/replays/${ended.replay_id}/violations`);
    expect(found.body.items.map((one: { trace_id: string }) => one.trace_id)).to.deep.equal(
      [9, 6, 3, 0].map(traceIdOf),
    );
    expect(found.body.items[3]).to.include({
      rule_id: "slow-db-no-retry",
      severity: "high",
      service: "orders",
      start_time: "2024-03-01T12:00:00.000001123Z",
      duration_ms: 1_500,
      clause: "expression",
    });

    const written = await fetch(`${stack.tempo.url}/api/traces/${found.body.items[0].violation_id}`);
    expect(written.status).to.equal(200);
    expect(await written.text()).to.include("betrace.violation");
  });

  it("lists violations of all replays by time and rule, a page at a time", async () => {
    const first = await stack.call("GET", "/v1/violations?rule_id=slow-db-no-retry&limit=3");
    expect(first.body.items).to.have.length(3);
    const second = await stack.call(
      "GET",
      `/v1/violations?rule_id=slow-db-no-retry&limit=3&cursor=${first.body.next_cursor}`,
    );
    expect(second.body.items.map((one: { trace_id: string }) => one.trace_id)).to.deep.equal([traceIdOf(0)]);
    expect(second.body.next_cursor).to.equal(null);
    const between = await stack.call("GET", "/v1/violations?start=2024-03-01T12:01:00Z&end=2024-03-01T12:07:00Z");
    expect(between.body.items.map((one: { trace_id: string }) => one.trace_id)).to.deep.equal([6, 3].map(traceIdOf));
    expect((await stack.call("GET", "/v1/violations?rule=x")).body.errors[0].hint).to.equal('did you mean "rule_id"?');
  });

  it("gives the same replay for the same idempotency key, and refuses another request under it", async () => {
    const once = { ...DAY, idempotency_key: "tuesday" };
    const first = await stack.call("POST", "/v1/rules/slow-db-no-retry/replay", once);
    const again = await stack.call("POST", "/v1/rules/slow-db-no-retry/replay", once);
    expect(again.status).to.equal(202);
    expect(again.body.replay_id).to.equal(first.body.replay_id);
    expect(again.headers.get("idempotency-replayed")).to.equal("true");
    const other = await stack.call("POST", "/v1/rules/slow-db-no-retry/replay", { ...once, emit: false });
    expect([other.status, other.body.code]).to.deep.equal([409, "idempotency_conflict"]);
    const ended = await stack.untilEnded(`/v1/replays/${first.body.replay_id}`);
    expect(ended).to.include({ traces_evaluated: 20, violations_found: 4 });
    const all = await stack.call("GET", "/v1/violations?rule_id=slow-db-no-retry");
    expect(all.body.items, "the same violations, once").to.have.length(4);
  });

  it("plans without running", async () => {
    const before = await stack.call("GET", "/v1/replays");
    const plan = await stack.call("POST", "/v1/rules/slow-db-no-retry/replay", {
      ...DAY,
      dry_run: true,
      shard_seconds: 21_600,
    });
    expect(plan.status).to.equal(200);
    expect(plan.body).to.include({ dry_run: true, ...DAY });
    expect(plan.body.shards.total).to.be.greaterThan(0);
    expect(plan.body.witness_query).to.include("db.query");
    expect(plan.body.explanation[0]).to.include('a span whose name is "db.query" and duration is more than 1s');
    expect(plan.body.estimate_unavailable).to.equal(null);
    expect(plan.body.estimate).to.include({ traces: 27 }, "three quarters of the day were read");
    expect(plan.body.estimate.requests).to.be.greaterThan(0);
    expect((await stack.call("GET", "/v1/replays")).body.items).to.have.length(before.body.items.length);
  });

  it("replays several rules in one pass, and a text that was never saved", async () => {
    await stack.call("POST", "/v1/rules", {
      id: "no-audit",
      name: "No audit",
      dsl: 'not trace.has(span.name == "audit")',
    });
    const both = await stack.call("POST", "/v1/replays", {
      rule_ids: ["slow-db-no-retry", "no-audit"],
      ...DAY,
      emit: false,
    });
    expect(both.status, JSON.stringify(both.body)).to.equal(202);
    const ended = await stack.untilEnded(`/v1/replays/${both.body.replay_id}`);
    const counts = ended.rules.map((one: { rule_id: string; violations_found: number }) => [
      one.rule_id,
      one.violations_found,
    ]);
    expect(counts).to.deep.equal([
      ["slow-db-no-retry", 4],
      ["no-audit", 20],
    ]);

    for (const [ruleId, violations_found] of counts) {
      const { body } = await stack.call("GET", `/v1/rules/${ruleId}/replay/status`);
      expect(body).to.include({ rule_id: ruleId, replay_id: both.body.replay_id, violations_found });
    }

    const described = { name: "Slow", severity: "Error", annotations: { soc2_control: "CC7.2", tier: 1 } };
    const unsaved = await stack.call("POST", "/v1/replays", { dsl: SLOW_DB, ...described, ...DAY, emit: false });
    expect(unsaved.status, JSON.stringify(unsaved.body)).to.equal(202);
    expect(await stack.untilEnded(`/v1/replays/${unsaved.body.replay_id}`)).to.include({ violations_found: 4 });
    const [found] = (await stack.call("GET", `/v1/replays/${unsaved.body.replay_id}/violations`)).body.items;
    expect(found).to.include({ rule_name: "Slow", severity: "error" });
    expect(found.annotations).to.include({ soc2_control: "CC7.2", tier: "1" });
    const neither = await stack.call("POST", "/v1/replays", { ...DAY });
    expect([neither.status, neither.body.detail]).to.deep.equal([400, "rule_ids: expected either `rule_ids` or `dsl`"]);
    for (const own of [{ name: "Mine" }, { severity: "high" }, { annotations: {} }]) {
      const named = await stack.call("POST", "/v1/replays", { rule_ids: ["slow-db-no-retry"], ...own, ...DAY });
      expect([named.status, named.body.errors[0].path]).to.deep.equal([400, ...Object.keys(own)]);
    }
    const wrong = await stack.call("POST", "/v1/replays", { dsl: "nope(", ...DAY });
    expect([wrong.status, wrong.body.code]).to.deep.equal([400, "rule_rejected"]);
  });

  it("shows shards, and cancels what has not ended", async () => {
    const newest = (await stack.call("GET", "/v1/replays?rule_id=slow-db-no-retry&limit=1")).body.items[0];
    const shards = await stack.call("GET", `/v1/replays/${newest.replay_id}/shards?limit=1000`);
    expect(shards.body.items[0]).to.include({ start_time: DAY.start_time, status: "done" });
    const cancelled = await stack.call("POST", `/v1/replays/${newest.replay_id}/cancel`);
    expect([cancelled.status, cancelled.body.status]).to.deep.equal([200, "completed"]);

    const long = await stack.call("POST", "/v1/rules/no-audit/replay", {
      start_time: "2023-06-01T00:00:00Z",
      end_time: "2024-06-01T00:00:00Z",
      shard_seconds: 3_600,
    });
    expect((await stack.call("POST", `/v1/replays/${long.body.replay_id}/cancel`)).status).to.equal(200);
    expect(await stack.untilEnded(`/v1/replays/${long.body.replay_id}`)).to.include({ status: "cancelled" });
  });

  it("writes the replay and shard ids in the log", () => {
    expect(stack.lines.some(({ fields }) => fields.replayId !== undefined && fields.shardId !== undefined)).to.equal(
      true,
    );
  });
});
