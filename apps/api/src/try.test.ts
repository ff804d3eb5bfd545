import { parseTimestamp } from "@betrace/contracts";
import { expect } from "chai";
import { LIMITS } from "./limits.js";
import { readEvents, type SentEvent } from "./testing/read-events.js";
import { startTestStack, type TestStack } from "./testing/stack.js";
import { startTempoGate } from "./testing/tempo-gate.js";
import { type SentSpan, sendTraces, traceIdOf } from "./testing/traces.js";

const NOON_NS = parseTimestamp("2024-03-01T12:00:00Z") ?? 0n;
const MINUTE_NS = 60_000_000_000n;
const HOURS = { start_time: "2024-03-01T12:00:00Z", end_time: "2024-03-01T16:00:00Z" };
const EVERY_FOURTH = 'trace.has(span.name == "retry")';

/** A trace a minute for four hours; every fourth has a retry. */
const TRACES: readonly (readonly SentSpan[])[] = Array.from({ length: 240 }, (_, index) => {
  const startNs = NOON_NS + BigInt(index) * MINUTE_NS;
  const root = { name: "GET /orders", startNs, durationMs: 30 };
  return index % 4 === 0 ? [root, { name: "retry", startNs: startNs + 5n, durationMs: 1 }] : [root];
});

describe("trying a rule that is not saved", () => {
  let stack: TestStack;
  let gate: Awaited<ReturnType<typeof startTempoGate>>;
  before(async () => {
    gate = await startTempoGate();
    stack = await startTestStack({}, gate);
    await sendTraces(stack.tempo.otlpUrl, TRACES);
  });
  afterEach(() => {
    gate.refuse(undefined);
    gate.open();
  });
  after(async () => {
    await stack.close();
    await gate.close();
  });

  const events = (body: object, signal?: AbortSignal) =>
    fetch(`${stack.url}/v1/rules/try`, {
      method: "POST",
      headers: { Accept: "text/event-stream" },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });

  it("finds what a replay would find, and stores and emits nothing", async () => {
    const { status, body } = await stack.call("POST", "/v1/rules/try", { dsl: EVERY_FOURTH, ...HOURS, limit: 200 });
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body).to.include({
      ...HOURS,
      traces_evaluated: 240,
      violations_found: 60,
      read_from: HOURS.start_time,
      first_violation_at: "2024-03-01T12:00:00.000000005Z",
      stopped: null,
    });
    expect(body.incomplete_windows).to.deep.equal([]);
    expect(body.matches.map((one: { trace_id: string }) => one.trace_id)).to.deep.equal(
      Array.from({ length: 60 }, (_, index) => traceIdOf(236 - 4 * index)),
    );
    for (const list of ["violations", "replays", "rules"]) {
      expect((await stack.call("GET", `/v1/${list}`)).body.items).to.deep.equal([]);
    }
    expect((await fetch(`${stack.tempo.url}/api/traces/${body.matches[0].violation_id}`)).status).to.equal(404);
  });

  it("tells of the newest matches first, as violations, and of the end", async () => {
    const answer = await events({ dsl: EVERY_FOURTH, ...HOURS });
    expect(answer.headers.get("content-type")).to.include("text/event-stream");
    const got: SentEvent[] = [];
    for await (const event of readEvents(answer)) got.push(event);
    const matches = got.filter(({ event }) => event === "match").map(({ data }) => data);
    expect(got.at(-1)?.event).to.equal("end");
    const end = got.at(-1)?.data;
    expect(end.matches).to.deep.equal(matches);
    expect(matches[0]).to.include({ trace_id: traceIdOf(236), service: "orders", clause: "expression", replay_id: "" });
    expect(matches[0].witness_span_ids).to.have.length(1);
    // The first match came out before all was read.
    const first = got.findIndex(({ event }) => event === "match");
    const after = got.slice(first).filter(({ event }) => event === "progress");
    expect(after.at(-1)?.data.read_from < after[0]?.data.read_from).to.equal(true);
    expect(after.at(-1)?.data).to.include({ traces_evaluated: end.traces_evaluated, read_from: end.read_from });
  });

  it("stops at enough matches, and counts exactly what it has read", async () => {
    const { body } = await stack.call("POST", "/v1/rules/try", { dsl: EVERY_FOURTH, ...HOURS, limit: 1 });
    expect(body.stopped.reason).to.equal("matches");
    expect(body.matches.map((one: { trace_id: string }) => one.trace_id)).to.deep.equal([traceIdOf(236)]);
    const minutes = Number((parseTimestamp(HOURS.end_time) ?? 0n) - (parseTimestamp(body.read_from) ?? 0n)) / 6e10;
    expect(minutes).to.be.lessThan(240);
    expect(body.traces_evaluated).to.equal(minutes);
    expect(body.violations_found).to.equal(Math.ceil((minutes - 3) / 4));
  });

  it("refuses a text with errors and a range it does not take, in an event stream too", async () => {
    const wrong = await events({ dsl: 'trace.has(span.nam == "x")', ...HOURS });
    const problem = (await wrong.json()) as { code: string; errors: { column: number }[] };
    expect([wrong.status, problem.code, problem.errors[0]?.column]).to.deep.equal([400, "rule_rejected", 11]);
    const long = { dsl: EVERY_FOURTH, start_time: "2024-02-01T00:00:00Z", end_time: "2024-03-01T00:00:00Z" };
    expect((await stack.call("POST", "/v1/rules/try", long)).body.code).to.equal("range_too_long");
    const back = { dsl: EVERY_FOURTH, start_time: HOURS.end_time, end_time: HOURS.start_time };
    expect((await stack.call("POST", "/v1/rules/try", back)).body.code).to.equal("range_invalid");
  });

  it("says why it stopped where Tempo cannot be read", async () => {
    gate.refuse(401);
    const { status, body } = await stack.call("POST", "/v1/rules/try", { dsl: EVERY_FOURTH, ...HOURS });
    expect(status).to.equal(200);
    expect(body).to.include({ traces_evaluated: 0, read_from: HOURS.end_time });
    expect(body.stopped.reason).to.equal("tempo");
    expect(body.stopped.detail).to.include("401");
  });

  it("asks nothing more of Tempo once the client has left, and makes room for the next", async () => {
    gate.shut();
    const before = gate.arrivals.length;
    const leaving = new AbortController();
    const left = Array.from({ length: LIMITS.maxTries }, () =>
      events({ dsl: EVERY_FOURTH, ...HOURS }, leaving.signal).then((answer) => answer.text()),
    );
    await gate.arrived(before + LIMITS.maxTries);
    const refused = await stack.call("POST", "/v1/rules/try", { dsl: EVERY_FOURTH, ...HOURS });
    expect([refused.status, refused.body.code]).to.deep.equal([429, "too_many_tries"]);
    leaving.abort();
    await Promise.allSettled(left);
    await untilTaken();
    // What was on its way to the door when they left may still come; two seconds later nothing does.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const asked = gate.arrivals.length;
    gate.open();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(gate.arrivals.length, "asked by those who left").to.equal(asked);
    const next = await stack.call("POST", "/v1/rules/try", { dsl: EVERY_FOURTH, ...HOURS, limit: 200 });
    expect(next.body.violations_found).to.equal(60);
    expect(stack.lines.filter(({ level }) => level === "error")).to.deep.equal([]);
  });

  /** Until a try gets past the door again; while Tempo is shut it would wait there, so it is given up at once. */
  async function untilTaken(): Promise<void> {
    for (;;) {
      const before = gate.arrivals.length;
      const look = new AbortController();
      const answer = await events({ dsl: EVERY_FOURTH, ...HOURS }, look.signal);
      if (answer.status === 200) await gate.arrived(before + 1);
      look.abort();
      if (answer.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});
