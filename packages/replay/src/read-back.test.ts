import { TempoError } from "@betrace/tempo";
import { violationSpanIds } from "@betrace/violations";
import { expect } from "chai";
import { LIMITS } from "./limits.js";
import { type FindTraces, type ReadBack, startReadBack } from "./read-back.js";
import { createLab, type Lab, memoryWriter, SILENT } from "./testing/lab.js";
import { startTestRedis, type TestRedis } from "./testing/redis.js";
import { aTrace, DAY_START, HOUR_NS, memorySource } from "./testing/traces.js";

const VIOLATING = [1, 2, 3, 4, 5, 6].map((id) => aTrace({ id, atNs: BigInt(id) * HOUR_NS, names: ["db.query"] }));
const REQUEST = {
  rules: { kind: "stored", ruleIds: ["any-query"] },
  startNs: DAY_START,
  endNs: DAY_START + 12n * HOUR_NS,
  shardSeconds: 21_600,
} as const;
const spanTraceId = (violatingTraceId: string) => violationSpanIds("any-query", 1, violatingTraceId).traceId;

describe("reading back what was acknowledged", () => {
  let server: TestRedis;
  let lab: Lab;
  let readBack: ReadBack | undefined;
  let nowMs: number;
  const asked: { readonly traceIds: readonly string[]; readonly byId: boolean }[] = [];
  const writer = memoryWriter();

  before(async () => {
    server = await startTestRedis();
  });
  after(() => server.close());
  beforeEach(async () => {
    lab = createLab(server);
    await lab.rules.create({ id: "any-query", name: "Any query", dsl: 'trace.has(span.name == "db.query")' });
    nowMs = Date.now();
    asked.length = 0;
    writer.traceIds.length = 0;
  });
  afterEach(async () => {
    await readBack?.close();
    await lab.close();
  });

  /** A look is due now and then: the clock is moved by hand. */
  function reader(find: FindTraces): ReadBack {
    readBack = startReadBack({
      redis: lab.redis,
      find(request) {
        asked.push(request);
        return find(request);
      },
      writer,
      clock: { nowNs: () => BigInt(nowMs) * 1_000_000n },
      log: SILENT,
      keyPrefix: lab.keyPrefix,
      everyMs: 3_600_000,
    });
    return readBack;
  }

  async function lookLater(at: ReadBack, times = 1, waitMs = LIMITS.readBackAfterMs + 1_000): Promise<void> {
    for (let i = 0; i < times; i++) {
      nowMs += waitMs;
      await at.runOnce();
    }
  }

  async function replayed(): Promise<string> {
    lab.worker(memorySource(VIOLATING), { writer });
    const { status } = await lab.replays.submit(REQUEST);
    const ended = await lab.until(status.replayId, ["completed"]);
    expect(ended).to.include({ violationsFound: 6, violationsWritten: 6 });
    expect(ended.readBack).to.include({ state: "waiting", missing: undefined });
    return status.replayId;
  }

  it("finds all in one look, and not before the store had time to show them", async () => {
    const replayId = await replayed();
    const at = reader(async ({ traceIds }) => new Set(traceIds));
    await at.runOnce();
    expect(asked, "too early").to.have.length(0);
    await lookLater(at);
    expect((await lab.replays.status(replayId)).readBack).to.include({ state: "done", missing: 0, rewritten: 0 });
    expect(asked.flatMap(({ traceIds }) => traceIds).sort()).to.deep.equal(
      VIOLATING.map(({ traceId }) => spanTraceId(traceId)).sort(),
    );
    await lookLater(at, 3);
    expect(asked, "nothing is left to ask").to.have.length(1);
    expect(await lab.redis.keys(`${lab.keyPrefix}*:written`)).to.deep.equal([]);
  });

  it("writes what is missing once more, and finds it then", async () => {
    const replayId = await replayed();
    const dropped = new Set(VIOLATING.slice(0, 2).map(({ traceId }) => traceId));
    const at = reader(async ({ traceIds }) => {
      const again = new Set(writer.traceIds.slice(6));
      const shown = VIOLATING.filter(({ traceId }) => !dropped.has(traceId) || again.has(traceId));
      const ids = new Set(shown.map(({ traceId }) => spanTraceId(traceId)));
      return new Set(traceIds.filter((id) => ids.has(id)));
    });
    await lookLater(at, LIMITS.readBackLooks);
    expect(writer.traceIds.slice(6).sort()).to.deep.equal([...dropped].sort());
    expect((await lab.replays.status(replayId)).readBack).to.include({ state: "waiting", rewritten: 2 });
    expect(asked.map(({ byId }) => byId)).to.deep.equal([false, false, true]);
    await lookLater(at);
    expect((await lab.replays.status(replayId)).readBack).to.include({ state: "done", missing: 0, rewritten: 2 });
  });

  it("says what stays missing, and asks again only when the replay is tried again", async () => {
    const source = memorySource(VIOLATING);
    const hole = { startNs: DAY_START, endNs: DAY_START + 6n * HOUR_NS };
    source.holes = [hole];
    lab.worker(source, { writer });
    const { status } = await lab.replays.submit(REQUEST);
    await lab.until(status.replayId, ["completed"]);
    const lost = spanTraceId(VIOLATING[5]?.traceId ?? "");
    const at = reader(async ({ traceIds }) => new Set(traceIds.filter((id) => id !== lost)));
    await lookLater(at, 2 * LIMITS.readBackLooks);
    expect(await lab.replays.status(status.replayId)).to.deep.include({ violationsFound: 1, violationsWritten: 1 });
    expect((await lab.replays.status(status.replayId)).readBack).to.include({
      state: "done",
      missing: 1,
      rewritten: 1,
    });
    source.holes = [];
    nowMs = Date.now();
    await lab.replays.retry(status.replayId);
    await lab.until(status.replayId, ["completed"]);
    expect((await lab.replays.status(status.replayId)).violationsWritten).to.equal(6);
    await lookLater(at, 2 * LIMITS.readBackLooks);
    expect((await lab.replays.status(status.replayId)).readBack).to.include({ state: "done", missing: 1 });
  });

  it("puts the question off while Tempo does not answer, and gives it up at last with the reason", async () => {
    const replayId = await replayed();
    let down = true;
    const at = reader(async ({ traceIds }) => {
      if (down) throw new TempoError("unreachable", "Tempo is away", { retryable: true });
      return new Set(traceIds);
    });
    await lookLater(at);
    expect((await lab.replays.status(replayId)).readBack).to.include({ state: "waiting", reason: "Tempo is away" });
    await lookLater(at);
    expect(asked, "a minute's pause").to.have.length(1);
    down = false;
    await lookLater(at, 1, 120_000);
    expect((await lab.replays.status(replayId)).readBack).to.include({ state: "done", missing: 0, reason: undefined });

    down = true;
    const second = (await lab.replays.submit(REQUEST)).status.replayId;
    await lab.until(second, ["completed"]);
    await lookLater(at, LIMITS.maxReadBackFailures, 2 * 3_600_000);
    const { readBack } = await lab.replays.status(second);
    expect(readBack).to.include({ state: "unreadable", missing: undefined, reason: "Tempo is away" });
  });

  it("is not asked of a replay that writes nothing", async () => {
    lab.worker(memorySource(VIOLATING), { writer });
    const { status } = await lab.replays.submit({ ...REQUEST, emit: false });
    const ended = await lab.until(status.replayId, ["completed"]);
    expect(ended).to.include({ violationsFound: 6, violationsWritten: 0, readBack: undefined });
    await lookLater(
      reader(async () => new Set()),
      3,
    );
    expect(asked).to.have.length(0);
  });

  it("that broke off is taken up by another worker where it was", async () => {
    const replayId = await replayed();
    const dying = reader(
      ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    nowMs += LIMITS.readBackAfterMs + 1_000;
    const looking = dying.runOnce();
    while (asked.length === 0) await new Promise(setImmediate);
    await dying.close();
    await looking;
    await reader(async ({ traceIds }) => new Set(traceIds)).runOnce();
    expect((await lab.replays.status(replayId)).readBack).to.include({ state: "done", missing: 0 });
  });
});
