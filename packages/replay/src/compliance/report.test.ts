import { expect } from "chai";
import { createLab, type Lab } from "../testing/lab.js";
import { startTestRedis, type TestRedis } from "../testing/redis.js";
import { aTrace, DAY_START, HOUR_NS, memorySource, type MemorySource } from "../testing/traces.js";
import { LIMITS } from "../limits.js";
import type { Replays } from "../replays.js";
import type { Period } from "./period.js";
import { gatherEvidence } from "./report.js";

const PII = '@SOC2(controls = {CC6_1}) trace.has(span.name == "pii") and not trace.has(span.name == "audit.log")';
/** 24 traces, one an hour; those of hours 3 and 15 read data and leave no record. */
const TRACES = Array.from({ length: 24 }, (_, hour) =>
  aTrace({ id: hour + 1, atNs: BigInt(hour) * HOUR_NS + 5n, names: hour % 12 === 3 ? ["pii"] : ["pii", "audit.log"] }),
);
const hours = (from: number, to: number) => ({
  startNs: DAY_START + BigInt(from) * HOUR_NS,
  endNs: DAY_START + BigInt(to) * HOUR_NS,
});

describe("compliance evidence", () => {
  let server: TestRedis;
  let lab: Lab;
  let source: MemorySource;
  before(async () => {
    server = await startTestRedis();
  });
  after(() => server.close());
  beforeEach(async () => {
    lab = createLab(server);
    source = memorySource(TRACES);
    await lab.rules.create({ id: "pii", name: "PII is audited", dsl: PII });
    await lab.rules.create({ id: "other", name: "Of no framework", dsl: 'trace.has(span.name == "x")' });
  });
  afterEach(() => lab.close());

  async function replay(range: { startNs: bigint; endNs: bigint }) {
    const { status } = await lab.replays.submit({ rules: { kind: "stored", ruleIds: ["pii", "other"] }, ...range });
    return lab.until(status.replayId, ["completed", "failed"]);
  }
  const report = (period: Period, { framework = "soc2", replays = lab.replays, nowMs = Date.now() } = {}) =>
    gatherEvidence({ rules: lab.rules, replays }, framework, period, nowMs);
  const gather = async (period: Period, framework?: string) =>
    (await report(period, framework === undefined ? {} : { framework })).evidence;

  it("a rule that was never replayed was not run, and rules of no framework are no evidence", async () => {
    const evidence = await gather(hours(0, 24));
    expect(evidence.map(({ rule, outcome, controls }) => [rule.ruleId, outcome, controls])).to.deep.equal([
      ["pii", "not_run", ["CC6.1"]],
    ]);
    expect(evidence[0]?.notRead).to.deep.equal([hours(0, 24)]);
    expect(evidence[0]?.violations).to.include({ count: 0, exact: false });
    expect(await gather(hours(0, 24), "HIPAA")).to.deep.equal([]);
  });

  it("no violations are said only of a period that was read in full", async () => {
    lab.worker(source);
    await replay(hours(4, 10));
    const [within] = await gather(hours(5, 9));
    expect(within).to.include({ outcome: "no_violations" });
    expect(within?.notRead).to.deep.equal([]);
    const [beyond] = await gather(hours(4, 12));
    expect(beyond).to.include({ outcome: "incomplete" });
    expect(beyond?.notRead).to.deep.equal([hours(10, 12)]);
    await replay(hours(9, 14));
    expect((await gather(hours(4, 12)))[0]).to.include({ outcome: "no_violations" });
  });

  it("a period without a single trace is not one without violations", async () => {
    lab.worker(memorySource([]));
    await replay(hours(4, 10));
    expect((await gather(hours(4, 10)))[0]).to.include({ outcome: "no_traces" });
  });

  it("an incomplete window leaves the answer incomplete, until a retry has read it", async () => {
    lab.worker(source);
    source.holes = [hours(6, 7)];
    const { replayId } = await replay(hours(4, 10));
    const [first] = await gather(hours(4, 10));
    expect(first).to.include({ outcome: "incomplete" });
    expect(first?.notRead).to.deep.equal([hours(6, 7)]);
    expect((await gather(hours(7, 10)))[0]).to.include({ outcome: "no_violations" });
    source.holes = [];
    await lab.replays.retry(replayId);
    await lab.until(replayId, ["completed"]);
    expect((await gather(hours(4, 10)))[0]).to.include({ outcome: "no_violations" });
  });

  it("violations are counted once over all replays, and by when they happened", async () => {
    lab.worker(source);
    await replay(hours(0, 24));
    await replay(hours(0, 5));
    const [day] = await gather(hours(0, 24));
    expect(day?.violations).to.deep.include({ count: 2, exact: true, firstNs: DAY_START + 3n * HOUR_NS + 5n });
    expect(day?.replays).to.have.length(2);
    const [morning] = await gather(hours(0, 12));
    expect(morning?.violations.count).to.equal(1);
    const [noon] = await gather(hours(10, 14));
    expect([noon?.outcome, noon?.violations.count, noon?.replays.length]).to.deep.equal(["no_violations", 0, 1]);
  });

  it("a violation that a replay does not list for want of room is counted all the same", async () => {
    lab.worker(source, { shard: { maxStoredViolations: 1 } });
    await replay(hours(0, 24));
    expect((await gather(hours(4, 14)))[0]).to.include({ outcome: "no_violations" });
    expect((await gather(hours(0, 24)))[0]?.violations).to.include({ count: 2, exact: true });
  });

  it("of a rule whose oldest violations have left the list, none is said only of the time after the oldest that is left", async () => {
    lab.worker(source);
    await replay(hours(0, 24));
    const replays: Replays = {
      ...lab.replays,
      storedCounts: async (ids) => ids.map(() => LIMITS.maxStoredViolationsPerRule),
    };
    const outcomeOf = async (period: Period) => (await report(period, { replays })).evidence[0]?.outcome;
    expect(await outcomeOf(hours(0, 3))).to.equal("incomplete");
    expect(await outcomeOf(hours(4, 14))).to.equal("no_violations");
    expect(await outcomeOf(hours(4, 16))).to.equal("violations_found");
  });

  it("a replay whose violations are kept no longer is no evidence that there were none", async () => {
    lab.worker(source);
    await replay(hours(0, 24));
    const nowMs = Date.now() + LIMITS.retentionMs;
    expect((await report(hours(4, 14), { nowMs })).evidence[0]).to.include({ outcome: "incomplete" });
  });

  it("a violation belongs to the period in which it happened, its trace to the one in which it began", async () => {
    const noon = 12n * HOUR_NS;
    lab.worker(memorySource([aTrace({ id: 1, atNs: noon - 5n, names: ["GET /", "pii"] })]));
    const before = await replay(hours(0, 12));
    const after = await replay(hours(12, 24));
    expect([before.violationsFound, after.tracesEvaluated]).to.deep.equal([1, 0]);
    for (const [period, outcome, count] of [
      [hours(0, 12), "no_violations", 0],
      [hours(12, 24), "violations_found", 1],
      [hours(0, 24), "violations_found", 1],
      [{ endNs: hours(0, 12).endNs }, "no_violations", 0],
      [{ startNs: hours(12, 24).startNs }, "violations_found", 1],
      [{}, "violations_found", 1],
    ] as const) {
      const [evidence] = await gather(period);
      expect([evidence?.outcome, evidence?.violations.count, evidence?.notRead]).to.deep.equal([outcome, count, []]);
      expect((await lab.replays.violations({ ruleId: "pii", ...period })).items).to.have.length(count);
    }
    expect((await gather(hours(12, 24)))[0]?.replays.map(({ replayId }) => replayId)).to.deep.equal([
      after.replayId,
      before.replayId,
    ]);
  });

  it("an open period is all that replays of these rules cover", async () => {
    expect((await report({})).period).to.deep.equal({ startNs: undefined, endNs: undefined });
    expect((await gather({}))[0]).to.include({ outcome: "not_run" });
    lab.worker(source);
    await replay(hours(4, 10));
    await replay(hours(12, 14));
    const all = await report({});
    expect(all.period).to.deep.equal(hours(4, 14));
    expect(all.evidence[0]).to.include({ outcome: "incomplete" });
    expect(all.evidence[0]?.notRead).to.deep.equal([hours(10, 12)]);
    await replay(hours(9, 13));
    expect((await gather({}))[0]).to.include({ outcome: "no_violations" });
    expect((await report({ startNs: hours(5, 6).startNs })).period).to.deep.equal(hours(5, 14));
    expect((await report({ endNs: hours(5, 6).endNs })).period).to.deep.equal(hours(4, 6));
    const later = await report({ startNs: hours(14, 15).startNs });
    expect([later.period.endNs, later.evidence[0]?.outcome]).to.deep.equal([undefined, "not_run"]);
  });

  it("a replay that decided nothing makes no open period longer, and is no evidence", async () => {
    source.beforeScan = () => {
      throw new Error("Tempo is away");
    };
    lab.worker(source, { shard: { maxFailures: 1 } });
    const { state } = await replay(hours(4, 10));
    const { period, evidence } = await report({});
    expect([state, period.startNs, evidence[0]?.outcome]).to.deep.equal(["failed", undefined, "incomplete"]);
  });

  it("every version stands for itself, also after its rule is gone", async () => {
    lab.worker(source);
    await replay(hours(4, 10));
    await lab.rules.update("pii", { dsl: `${PII} and trace.has(span.name == "later")` });
    expect(
      (await gather(hours(4, 10))).map(({ rule, outcome, current }) => [rule.ruleVersion, outcome, current?.id]),
    ).to.deep.equal([
      [2, "not_run", "pii"],
      [1, "no_violations", undefined],
    ]);
    await lab.rules.delete("pii");
    expect((await gather(hours(4, 10))).map(({ rule }) => rule.ruleVersion)).to.deep.equal([1]);
  });
});
