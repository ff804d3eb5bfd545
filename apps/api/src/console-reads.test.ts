import { parseTimestamp } from "@betrace/contracts";
import { createTempoClient } from "@betrace/tempo";
import { expect } from "chai";
import { ProblemError } from "./http/problem-error.js";
import type { RawAsk } from "./http/route.js";
import { traceRoutes } from "./routes/traces.js";
import { recordingLog } from "./testing/recording-log.js";
import { startTestStack, type TestStack } from "./testing/stack.js";
import { type SentSpan, sendTraces, spanIdOf, traceIdOf } from "./testing/traces.js";

const NOON_NS = parseTimestamp("2024-03-01T12:00:00.000000123Z") ?? 0n;
const HOUR = { start_time: "2024-03-01T12:00:00Z", end_time: "2024-03-01T13:00:00Z" };
const MINUTE_NS = 60_000_000_000n;

/** Ten traces, a minute apart, each with one span `work`; every third is of the service `billing`. */
const TRACES: readonly (readonly SentSpan[])[] = Array.from({ length: 10 }, (_, index) => [
  {
    name: "work",
    startNs: NOON_NS + BigInt(index) * MINUTE_NS,
    durationMs: 10,
    service: index % 3 === 0 ? "billing" : "orders",
    attributes: { tenant: `t${index}`, big: 2n ** 60n, tags: ["a", "b"] },
  },
  { name: "db.query", startNs: NOON_NS + BigInt(index) * MINUTE_NS + 5n, durationMs: 2 },
]);

describe("what the console reads", () => {
  let stack: TestStack;
  before(async () => {
    stack = await startTestStack({
      GRAFANA_URL: "https://grafana.example.com/",
      GRAFANA_TEMPO_DATASOURCE_UID: "tempo-prod",
    });
    await sendTraces(stack.tempo.otlpUrl, TRACES);
    for (const [id, severity, dsl] of [
      ["work", "warning", 'trace.has(span.name == "work")'],
      ["query", "low", 'trace.has(span.name == "db.query")'],
    ]) {
      const made = await stack.call("POST", "/v1/rules", { id, name: id, severity, dsl });
      expect(made.status).to.equal(201);
      expect(made.body.last_replay, "a new rule was never replayed").to.equal(null);
    }
    const both = await stack.call("POST", "/v1/replays", { rule_ids: ["work", "query"], ...HOUR, emit: false });
    await stack.untilEnded(`/v1/replays/${both.body.replay_id}`);
    const again = await stack.call("POST", "/v1/rules/query/replay", {
      start_time: "2024-03-01T12:05:00Z",
      end_time: HOUR.end_time,
      emit: false,
    });
    await stack.untilEnded(`/v1/replays/${again.body.replay_id}`);
  });
  after(() => stack.close());

  const minutes = (items: readonly { start_time: string }[]) =>
    items.map((one) => Number(one.start_time.slice(14, 16)));

  it("is told where Grafana is", async () => {
    const { body } = await stack.call("GET", "/v1/console");
    expect(body).to.include({
      grafana_url: "https://grafana.example.com",
      grafana_datasource_uid: "tempo-prod",
      version: (await stack.call("GET", "/")).body.version,
    });
  });

  it("gets each rule with its newest replay, which counts that rule's violations only", async () => {
    const { body } = await stack.call("GET", "/v1/rules");
    const byId = Object.fromEntries(body.items.map((rule: { id: string }) => [rule.id, rule]));
    expect(byId.work.last_replay).to.include({
      status: "completed",
      ...HOUR,
      traces_evaluated: 10,
      violations_found: 10,
      first_violation_at: "2024-03-01T12:00:00.000000123Z",
      incomplete_window_count: 0,
    });
    expect(byId.query.last_replay).to.include({ start_time: "2024-03-01T12:05:00Z", violations_found: 5 });
    expect(byId.query.last_replay.buckets).to.have.length(5);
    const one = await stack.call("GET", "/v1/rules/query");
    expect(one.body.last_replay).to.deep.equal(byId.query.last_replay);
    const changed = await stack.call("PUT", "/v1/rules/query", { description: "x" });
    expect(changed.body.last_replay).to.deep.equal(byId.query.last_replay);
  });

  it("lists violations by service and severity, in either order, over pages", async () => {
    const billing = await stack.call("GET", "/v1/violations?service=billing");
    expect(minutes(billing.body.items)).to.deep.equal([9, 6, 3, 0]);
    const oldest = await stack.call("GET", "/v1/violations?service=orders&severity=WARNING&order=oldest");
    expect(minutes(oldest.body.items)).to.deep.equal([1, 2, 4, 5, 7, 8]);
    expect(oldest.body.next_cursor).to.equal(null);
    const seen: number[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const more: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const { body } = await stack.call("GET", `/v1/violations?severity=warning&order=oldest&limit=3${more}`);
      seen.push(...minutes(body.items));
      cursor = body.next_cursor;
    }
    expect(seen).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect((await stack.call("GET", "/v1/violations?severity=huge")).body.errors[0].path).to.equal("severity");
  });

  it("reads a trace for a waterfall, with witness ids that are in it", async () => {
    const { body: found } = await stack.call("GET", "/v1/violations?rule_id=query&order=oldest&limit=1");
    const [violation] = found.items;
    const { status, body } = await stack.call("GET", `/v1/traces/${violation.trace_id}`);
    expect(status).to.equal(200);
    expect(body).to.include({ trace_id: traceIdOf(0), span_count: 2, cut: null });
    expect(body.spans[0]).to.deep.equal({
      span_id: spanIdOf(0, 0),
      parent_span_id: "",
      name: "work",
      service: "billing",
      kind: "server",
      status: "unset",
      status_message: "",
      start_time_unix_nano: NOON_NS.toString(),
      duration_nano: "10000000",
      attributes: { tenant: "t0", big: (2n ** 60n).toString(), tags: ["a", "b"] },
      resource_attributes: { "service.name": "billing" },
    });
    expect(violation.witness_span_ids).to.deep.equal([body.spans[1].span_id]);
    expect(body.spans[1].parent_span_id).to.equal(body.spans[0].span_id);
  });

  it("is told that a trace is not there, and that an id is none", async () => {
    const unknown = await stack.call("GET", "/v1/traces/abc");
    expect([unknown.status, unknown.body.code]).to.deep.equal([404, "trace_not_found"]);
    expect(unknown.body.detail).to.include("0".repeat(29));
    const none = await stack.call("GET", "/v1/traces/nothing");
    expect([none.status, none.body.code]).to.deep.equal([400, "invalid_request"]);
  });

  it("is told that a trace has more spans than are read of one, instead of reading them all", async () => {
    const tempo = createTempoClient({ url: stack.tempo.url, maxSpansPerTrace: 1 });
    const [show] = traceRoutes({ tempo });
    const ask: RawAsk = {
      params: { trace_id: traceIdOf(0) },
      query: {},
      readBody: () => undefined,
      requestId: "r",
      log: recordingLog().log,
      hasBody: false,
      accepted: "application/json",
      lastEventId: undefined,
      signal: new AbortController().signal,
    };
    const refused = await show?.handle(ask).catch((error: unknown) => error);
    await tempo.close();
    expect(refused).to.be.instanceOf(ProblemError);
    expect(refused).to.include({ code: "trace_too_large" });
    expect((refused as ProblemError).message).to.match(/^trace [0-9a-f]{32}: it has more than 1 spans/);
  });
});
