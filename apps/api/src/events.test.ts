import { expect } from "chai";
import { parseTimestamp } from "@betrace/contracts";
import { setTimeout as sleep } from "node:timers/promises";
import { readEvents, type SentEvent } from "./testing/read-events.js";
import { startTestStack, type TestStack } from "./testing/stack.js";
import { startTempoGate, type TempoGate } from "./testing/tempo-gate.js";
import { sendTraces } from "./testing/traces.js";

const DAY = { start_time: "2024-03-01T00:00:00Z", end_time: "2024-03-02T00:00:00Z" };
const NOON_NS = parseTimestamp("2024-03-01T12:00:00Z") ?? 0n;

describe("the events of a replay", () => {
  let gate: TempoGate & { target: string };
  let stack: TestStack;
  before(async () => {
    gate = await startTempoGate();
    stack = await startTestStack({ MAX_EVENT_STREAMS: "3" }, gate);
    await sendTraces(
      stack.tempo.otlpUrl,
      Array.from({ length: 10 }, (_, index) => [
        { name: "db.query", startNs: NOON_NS + BigInt(index) * 60_000_000_000n, durationMs: 5 },
      ]),
    );
    await stack.call("POST", "/v1/rules", { id: "db", name: "DB", dsl: 'trace.has(span.name == "db.query")' });
  });
  after(async () => {
    await stack.close();
    await gate.close();
  });

  async function accept(): Promise<string> {
    const { body } = await stack.call("POST", "/v1/rules/db/replay", { ...DAY, emit: false });
    return body.replay_id;
  }
  const watch = (replayId: string, signal?: AbortSignal, lastEventId?: string) =>
    fetch(`${stack.url}/v1/replays/${replayId}/events`, {
      ...(lastEventId !== undefined && { headers: { "Last-Event-ID": lastEventId } }),
      ...(signal !== undefined && { signal }),
    });

  it("begin with everything, go on with what changed, and end with everything", async () => {
    gate.shut();
    const replayId = await accept();
    const response = await watch(replayId);
    expect(response.status).to.equal(200);
    expect(response.headers.get("content-type")).to.equal("text/event-stream; charset=utf-8");
    const events: SentEvent[] = [];
    for await (const event of readEvents(response)) {
      events.push(event);
      if (event.event === "snapshot") gate.open();
    }
    expect(events[0]).to.deep.include({ id: "1-open", event: "snapshot" });
    expect(events[0]?.data).to.include({ replay_id: replayId, traces_evaluated: 0, progress: 0 });
    const last = events.at(-1);
    expect(last?.event).to.equal("end");
    expect(last?.data).to.include({
      replay_id: replayId,
      status: "completed",
      traces_evaluated: 10,
      violations_found: 10,
    });
    const merged = Object.assign({}, ...events.map(({ data }) => data));
    expect(merged).to.deep.equal((await stack.call("GET", `/v1/replays/${replayId}`)).body);
    for (const update of events.slice(1, -1)) expect(update.event).to.equal("update");
  });

  it("of a replay that is over are a snapshot and the end", async () => {
    const replayId = await accept();
    await stack.untilEnded(`/v1/replays/${replayId}`);
    const events: string[] = [];
    for await (const { event } of readEvents(await watch(replayId))) events.push(event);
    expect(events).to.deep.equal(["snapshot", "end"]);
  });

  it("of a replay that is over are none for who comes back after the end, so that an EventSource stops", async () => {
    const replayId = await accept();
    await stack.untilEnded(`/v1/replays/${replayId}`);
    for await (const { id } of readEvents(await watch(replayId))) {
      const again = await watch(replayId, undefined, id);
      expect(again.status).to.equal(204);
      expect(again.headers.get("content-type")).to.equal(null);
    }
    for (const never of ["", undefined]) expect((await watch(replayId, undefined, never)).status).to.equal(200);
  });

  it("are told to the end to who was cut off before it, and begin again for who heard an earlier end", async () => {
    gate.shut();
    const replayId = await accept();
    const cut = new AbortController();
    let heard = "";
    for await (const { id } of readEvents(await watch(replayId, cut.signal))) {
      heard = id;
      break;
    }
    cut.abort();
    const running = await watch(replayId, undefined, "17");
    expect(running.status).to.equal(200);
    gate.open();
    await running.arrayBuffer();
    const events: string[] = [];
    for await (const { event } of readEvents(await watch(replayId, undefined, heard))) events.push(event);
    expect(events).to.deep.equal(["snapshot", "end"]);
  });

  it("of a replay that is not there are a 404", async () => {
    expect((await watch("nobody")).status).to.equal(404);
  });

  it("are refused with 503 beyond the limit, and given again when somebody has left", async () => {
    gate.shut();
    const replayId = await accept();
    const controllers = Array.from({ length: 3 }, () => new AbortController());
    const open = await Promise.all(controllers.map(({ signal }) => watch(replayId, signal)));
    expect(new Set(open.map(({ status }) => status))).to.deep.equal(new Set([200]));
    const refused = await stack.call("GET", `/v1/replays/${replayId}/events`);
    expect([refused.status, refused.body.code]).to.deep.equal([503, "too_many_streams"]);
    expect(refused.headers.get("retry-after")).to.equal("5");
    expect((await watch("nobody")).status, "nothing is read for who finds no place").to.equal(503);
    for (const controller of controllers) controller.abort();
    let again = await watch(replayId);
    for (let tries = 0; again.status === 503 && tries < 200; tries++) {
      await again.arrayBuffer();
      await sleep(10);
      again = await watch(replayId);
    }
    gate.open();
    const events: string[] = [];
    for await (const { event } of readEvents(again)) events.push(event);
    expect(events.at(-1)).to.equal("end");
  });

  it("asked for by many at once are given to as many as the limit says", async () => {
    gate.shut();
    const replayId = await accept();
    const controller = new AbortController();
    const answers = await Promise.all(Array.from({ length: 40 }, () => watch(replayId, controller.signal)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).to.have.length(3);
    expect(statuses.filter((status) => status === 503)).to.have.length(37);
    controller.abort();
    gate.open();
  });

  it("asked for with HEAD, or left before they began, take no place", async () => {
    const replayId = await accept();
    for (let n = 0; n < 5; n++) {
      const head = await fetch(`${stack.url}/v1/replays/${replayId}/events`, { method: "HEAD" });
      expect(head.status).to.equal(200);
      const left = new AbortController();
      const asked = watch(replayId, left.signal).catch(() => undefined);
      await sleep(n);
      left.abort();
      await asked;
    }
    let answer = await watch(replayId);
    for (let tries = 0; answer.status === 503 && tries < 200; tries++) {
      await answer.arrayBuffer();
      await sleep(10);
      answer = await watch(replayId);
    }
    expect(answer.status).to.equal(200);
    await answer.arrayBuffer();
  });
});
