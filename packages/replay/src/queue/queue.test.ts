import { expect } from "chai";
import { createLab, type Lab } from "../testing/lab.js";
import { startTestRedis, type TestRedis } from "../testing/redis.js";
import { aTrace, DAY_START, HOUR_NS, memorySource } from "../testing/traces.js";
import { decodeJob, encodeJob, jobIdOf, priorityOf } from "./shard-job.js";

describe("a shard job", () => {
  it("is read back as it was written, told apart from one of a newer release, and refused where no release writes it", () => {
    const shard = { replayId: "rp_a", shardId: "s00001" };
    expect(decodeJob(JSON.parse(JSON.stringify(encodeJob(shard))))).to.deep.equal({ kind: "shard", shard });
    expect(decodeJob({ ...shard, v: 2 })).to.deep.equal({ kind: "newer", format: 2, replayId: "rp_a" });
    expect(decodeJob({ v: 3, shape: "unknown" })).to.deep.equal({ kind: "newer", format: 3, replayId: undefined });
    expect(() => decodeJob({ v: 1, replayId: 7 })).to.throw("names a replayId and a shardId");
    for (const data of [null, shard, { ...shard, v: "2" }, { ...shard, v: 0.5 }, { ...shard, v: 0 }]) {
      expect(() => decodeJob(data)).to.throw('a shard job has a whole number as its format in "v"');
    }
  });

  it("has an id that BullMQ takes, and a rank within its bounds", () => {
    expect(jobIdOf({ replayId: "rp_a", shardId: "s00001" })).to.equal("rp_a.s00001");
    expect(priorityOf(0, 0)).to.equal(1);
    expect(priorityOf(2_097_000, 9_999)).to.equal(2_097_151);
  });
});

describe("the queue", () => {
  let server: TestRedis;
  let lab: Lab;

  before(async () => {
    server = await startTestRedis();
    lab = createLab(server);
  });
  after(async () => {
    await lab.close();
    await server.close();
  });

  it("knows which shards it holds; adding one again changes nothing", async () => {
    const jobs = [1, 2, 3].map((n) => ({ replayId: "rp_q", shardId: `s${n}`, priority: n }));
    await lab.queue.add(jobs);
    await lab.queue.add(jobs);
    expect(await lab.queue.counts()).to.deep.equal({ waiting: 3, active: 0, delayed: 0 });
    expect(await lab.queue.holds("rp_q", ["s1", "s9", "s3"])).to.deep.equal([true, false, true]);
    expect(await lab.queue.holds("rp_q", [])).to.deep.equal([]);
    expect(await lab.queue.prometheus()).to.contain("bullmq_job_count");
  });

  it("a small replay that comes after a huge one is done long before it", async () => {
    await lab.rules.create({ id: "r", name: "r", dsl: "false" });
    const rules = { kind: "stored", ruleIds: ["r"] } as const;
    const range = { startNs: DAY_START, endNs: DAY_START + 24n * HOUR_NS };
    const huge = await lab.replays.submit({ rules, ...range, shardSeconds: 1_200 });
    await lab.replays.jobsAdded();
    const small = await lab.replays.submit({ rules, ...range, shardSeconds: 21_600 });
    await lab.replays.jobsAdded();
    lab.worker(memorySource([aTrace({ id: 1, atNs: 0n, names: ["a"] })]), { concurrency: 1 });
    await lab.until(small.status.replayId, ["completed"]);
    const { state, shards } = await lab.replays.status(huge.status.replayId);
    expect([state, shards.total]).to.deep.equal(["running", 72]);
    expect(shards.done).to.be.below(36);
    expect(await lab.until(huge.status.replayId, ["completed"])).to.include({ tracesEvaluated: 1 });
  });
});
