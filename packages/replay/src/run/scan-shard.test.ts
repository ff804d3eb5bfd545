import type { Trace } from "@betrace/contracts";
import { expect } from "chai";
import { bucketGrid } from "../plan/buckets.js";
import { createCompiler } from "../rules/compile.js";
import { systemClock } from "../system.js";
import { aTrace, DAY_START, HOUR_NS, memorySource } from "../testing/traces.js";
import { readyRules } from "./evaluate.js";
import { scanShard } from "./scan-shard.js";

const RULE = { ruleId: "r", ruleVersion: 1, name: "R", severity: "low", annotations: {} } as const;
const VIOLATIONS = 3_500;

describe("scanning a shard with many violations", () => {
  const traces = Array.from(
    { length: VIOLATIONS },
    (_, id): Trace => aTrace({ id, atNs: BigInt(id), names: ["retry"] }),
  );

  /** Resolves to how many traces were decided when each batch was offered, and how many violations came in all. */
  const shard = (source: ReturnType<typeof memorySource>) => ({
    source,
    rules: readyRules([{ ...RULE, dsl: 'trace.has(span.name == "retry")' }], createCompiler()),
    replayId: "rp_a",
    startNs: DAY_START,
    endNs: DAY_START + HOUR_NS,
    grid: bucketGrid(DAY_START, DAY_START + HOUR_NS),
    clock: systemClock,
    signal: new AbortController().signal,
    maxTraces: VIOLATIONS,
  });

  async function scan(take: (batch: number) => Promise<void>) {
    const decidedAt: number[] = [];
    let decided = 0;
    let violations = 0;
    const { tally } = await scanShard({
      ...shard(memorySource(traces)),
      onProgress: (count) => {
        decided = count;
      },
      onViolations: (batch) => {
        violations += batch.length;
        return take(decidedAt.push(decided));
      },
    });
    return { decidedAt, violations, tally };
  }

  it("gathers the next batch while one is taken, and waits with it until that is done", async () => {
    let open = 0;
    let most = 0;
    const { violations, tally } = await scan(async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open--;
    });
    expect([violations, tally.violations]).to.deep.equal([VIOLATIONS, VIOLATIONS]);
    expect([most, open], "one at a time, none left over").to.deep.equal([1, 0]);
  });

  it("goes on deciding while the first batch is taken, up to the next one", async () => {
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let offered = 0;
    let decided = 0;
    const source = memorySource(traces);
    const scanned = scanShard({
      ...shard(source),
      onProgress: (count) => {
        decided = count;
      },
      onViolations: () => {
        offered++;
        return offered === 1 ? held : Promise.resolve();
      },
    });
    while (decided < 1_900) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([offered, decided], "the second batch is full and waits").to.deep.equal([1, 1_900]);
    finish();
    await scanned;
    expect(offered).to.equal(4);
  });

  for (const failing of [1, 2, 4]) {
    it(`fails with what taking batch ${failing} threw, and offers no further one`, async () => {
      let offered = 0;
      const error: unknown = await scan(async (batch) => {
        offered = batch;
        await new Promise((resolve) => setImmediate(resolve));
        if (batch === failing) throw new Error("not taken");
      }).catch((thrown: unknown) => thrown);
      expect(error).to.be.an("error").with.property("message", "not taken");
      expect(offered).to.equal(failing);
    });
  }
});
