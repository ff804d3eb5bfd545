import { setTimeout as sleep } from "node:timers/promises";
import { parseTimestamp } from "@betrace/contracts";
import { expect } from "chai";
import { startTestStack, type TestStack } from "./testing/stack.js";
import { startTempoGate, type TempoGate } from "./testing/tempo-gate.js";
import { sendTraces } from "./testing/traces.js";

const DAY = { start_time: "2024-03-01T00:00:00Z", end_time: "2024-03-02T00:00:00Z", emit: false };
const MONTH = {
  start_time: "2024-02-15T00:00:00Z",
  end_time: "2024-03-15T00:00:00Z",
  shard_seconds: 14_400,
  emit: false,
};
const MIDNIGHT_NS = parseTimestamp(DAY.start_time) ?? 0n;
const OPEN = 5;

/** Four shards to a day, where a test needs some. */
const QUARTER_DAY = 21_600;

describe("steering a replay over HTTP", () => {
  let gate: TempoGate & { target: string };
  let stack: TestStack;
  before(async () => {
    gate = await startTempoGate();
    stack = await startTestStack({ MAX_OPEN_REPLAYS: String(OPEN) }, gate);
    await sendTraces(
      stack.tempo.otlpUrl,
      Array.from({ length: 24 }, (_, hour) => [
        { name: "db.query", startNs: MIDNIGHT_NS + BigInt(hour) * 3_600_000_000_000n + 5n, durationMs: 5 },
      ]),
    );
    await stack.call("POST", "/v1/rules", { id: "db", name: "DB", dsl: 'trace.has(span.name == "db.query")' });
  });
  after(async () => {
    await stack.close();
    await gate.close();
  });
  afterEach(() => {
    gate.open();
    gate.refuse(undefined);
  });

  const accept = async (body: object) =>
    (await stack.call("POST", "/v1/rules/db/replay", body)).body.replay_id as string;
  const steer = (replayId: string, verb: string) => stack.call("POST", `/v1/replays/${replayId}/${verb}`);

  it("pauses, resumes, and says why it cannot", async () => {
    gate.shut();
    const replayId = await accept({ ...DAY, shard_seconds: 3_600 });
    await gate.arrived(1);
    const paused = await steer(replayId, "pause");
    expect([paused.status, paused.body.status]).to.deep.equal([200, "paused"]);
    gate.open();
    let now = paused.body;
    while (now.shards.running > 0) now = (await stack.call("GET", `/v1/replays/${replayId}`)).body;
    expect(now.status).to.equal("paused");
    expect(now.shards.done).to.be.within(1, 8);
    expect((await steer(replayId, "resume")).status).to.equal(200);
    expect(await stack.untilEnded(`/v1/replays/${replayId}`)).to.include({ status: "completed", traces_evaluated: 24 });
    for (const [verb, code] of [
      ["pause", "replay_not_pausable"],
      ["resume", "replay_not_resumable"],
      ["retry", "replay_not_retryable"],
    ] as const) {
      const refused = await steer(replayId, verb);
      expect([refused.status, refused.body.code]).to.deep.equal([409, code]);
      expect((await steer("nobody", verb)).status).to.equal(404);
    }
  });

  it("tries again what Tempo refused, and counts every trace once", async () => {
    gate.refuse(401);
    const replayId = await accept({ ...DAY, shard_seconds: QUARTER_DAY });
    const failed = await stack.untilEnded(`/v1/replays/${replayId}`);
    expect(failed).to.include({ status: "failed", traces_evaluated: 0, incomplete_window_count: 4 });
    gate.refuse(undefined);
    expect((await steer(replayId, "retry")).body).to.include({ status: "running", incomplete_window_count: 0 });
    const whole = await stack.untilEnded(`/v1/replays/${replayId}`);
    expect(whole).to.include({ status: "completed", traces_evaluated: 24, violations_found: 24, progress: 1 });
    expect(whole.incomplete_windows).to.deep.equal([]);
  });

  it("plans without an estimate where Tempo fails, and in good time where it hangs", async () => {
    const plan = () => stack.call("POST", "/v1/rules/db/replay", { ...DAY, dry_run: true, shard_seconds: QUARTER_DAY });
    gate.refuse(401);
    const refused = await plan();
    expect([refused.status, refused.body.shards.total, refused.body.estimate]).to.deep.equal([200, 4, null]);
    expect(refused.body.estimate_unavailable).to.contain("401");
    gate.refuse(undefined);
    gate.shut();
    const from = performance.now();
    const hung = await plan();
    expect(performance.now() - from).to.be.within(1_900, 3_500);
    expect(hung.body.estimate_unavailable).to.equal("Tempo did not answer a search over a minute within 2000 ms");
  });

  it("cancels: no request reaches Tempo two seconds later, and nothing is left in the queue", async () => {
    gate.shut();
    const replayId = await accept(MONTH);
    const begun = gate.arrivals.length;
    await gate.arrived(begun + 2);
    const asked = performance.now();
    expect((await steer(replayId, "cancel")).body.cancel_requested).to.equal(true);
    const ended = await stack.untilEnded(`/v1/replays/${replayId}`);
    expect(ended).to.include({ status: "cancelled" });
    expect(ended.shards.running).to.equal(0);
    gate.open();
    await sleep(2_500);
    expect(gate.arrivals.filter((at) => at > asked + 2_000)).to.deep.equal([]);
    const metrics = (await stack.call("GET", "/metrics")).body as string;
    expect(metrics).to.match(/betrace_queue_jobs\{state="waiting"\} 0/);
  });

  it("refuses with 429 what is asked for beyond the limit, all at once, and takes it when one has ended", async () => {
    gate.shut();
    const answers = await Promise.all(Array.from({ length: 60 }, () => stack.call("POST", "/v1/rules/db/replay", DAY)));
    const taken = answers.filter(({ status }) => status === 202);
    const refused = answers.filter(({ status }) => status === 429);
    expect([taken.length, refused.length]).to.deep.equal([OPEN, 60 - OPEN]);
    expect(refused[0]?.body).to.include({ code: "too_many_replays" });
    expect(refused[0]?.body.detail).to.contain(`${OPEN} replays`);
    expect(refused[0]?.headers.get("retry-after")).to.equal("30");
    for (const { body } of taken) await steer(body.replay_id, "cancel");
    for (const { body } of taken) await stack.untilEnded(`/v1/replays/${body.replay_id}`);
    gate.open();
    expect((await stack.call("POST", "/v1/rules/db/replay", DAY)).status).to.equal(202);
  });
});
