import { expect } from "chai";
import { createLab, type Lab } from "../testing/lab.js";
import { startTestRedis, type TestRedis } from "../testing/redis.js";
import { aTrace, DAY_START, HOUR_NS, memorySource, type MemorySource } from "../testing/traces.js";
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
  const gather = async (range: { startNs: bigint; endNs: bigint }, framework = "soc2") =>
    (await gatherEvidence({ rules: lab.rules, replays: lab.replays }, framework, range)).evidence;

  it("a rule that was never replayed was not run, and rules of no framework are no evidence", async () => {
    const evidence = await gather(hours(0, 24));
    expect(evidence.map(({ rule, outcome, controls }) => [rule.ruleId, outcome, controls])).to.deep.equal([
      ["pii", "not_run", ["CC6.1"]],
    ]);
    expect(evidence[0]?.notRead).to.deep.equal([hours(0, 24)]);
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

  it("where not every violation of a replay is stored, none in the period is not said", async () => {
    lab.worker(source, { shard: { maxStoredViolations: 1 } });
    await replay(hours(0, 24));
    expect((await gather(hours(4, 14)))[0]).to.include({ outcome: "incomplete" });
    const [day] = await gather(hours(0, 24));
    expect(day?.outcome).to.equal("violations_found");
    expect(day?.violations).to.include({ count: 2, exact: false });
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
