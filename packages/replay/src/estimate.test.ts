import { setTimeout as sleep } from "node:timers/promises";
import type { ScanRequest } from "@betrace/tempo";
import { TempoError } from "@betrace/tempo";
import { expect } from "chai";
import { type EstimateOptions, estimateReplay } from "./estimate.js";
import { cutIntoShards } from "./plan/shards.js";
import type { ReplayPlan } from "./replay.js";
import { DAY_START, HOUR_NS } from "./testing/traces.js";

const DSL = 'trace.has(span.name == "db.query")';

function aPlan(hours: bigint, shardSeconds = 21_600): ReplayPlan {
  const [startNs, endNs] = [DAY_START, DAY_START + hours * HOUR_NS];
  return {
    rules: [{ ruleId: "r", ruleVersion: 1, name: "R", dsl: DSL, severity: "low", annotations: {} }],
    startNs,
    endNs,
    shardSeconds,
    shards: cutIntoShards(startNs, endNs, shardSeconds),
    witnessQuery: undefined,
    candidateQuery: undefined,
    explanation: [],
    unsettled: undefined,
  };
}

/** Two traces a second; a search takes 1 request, and one more for each hour. */
const evenTraffic: EstimateOptions["scan"] = async ({ startNs, endNs }: ScanRequest) => {
  const seconds = Number(endNs - startNs) / 1e9;
  return { traces: seconds * 2, requests: 1 + seconds / 3_600, plan: "candidates" };
};

describe("the estimate of a replay", () => {
  it("scales a few narrow windows to the range and to its shards", async () => {
    const estimate = await estimateReplay({ scan: evenTraffic, budgetMs: 2_000 }, aPlan(240n));
    expect(estimate).to.deep.include({
      kind: "probed",
      traces: 2 * 864_000,
      requests: 40 + 240,
      reading: "candidates",
    });
    if (estimate.kind !== "probed") return;
    expect(estimate.probes.map(({ startNs, endNs }) => (endNs - startNs) / 1_000_000_000n)).to.deep.equal([
      60n,
      10_000n,
      10_000n,
      10_000n,
    ]);
    for (const { startNs, endNs } of estimate.probes) {
      expect(startNs >= DAY_START && endNs <= DAY_START + 240n * HOUR_NS).to.equal(true);
    }
  });

  it("reads wide windows where a minute holds nothing, so that bursts are seen", async () => {
    const burst = { from: DAY_START + 3n * HOUR_NS, traces: 500 };
    const scan: EstimateOptions["scan"] = async ({ startNs, endNs }) => {
      return {
        traces: burst.from >= startNs && burst.from < endNs ? burst.traces : 0,
        requests: 1,
        plan: "candidates",
      };
    };
    const estimate = await estimateReplay({ scan, budgetMs: 2_000 }, aPlan(24n));
    expect(estimate).to.include({ kind: "probed", traces: 667 });
  });

  it("is not taken in by a first window that costs more than the wider ones after it", async () => {
    let asked = 0;
    const scan: EstimateOptions["scan"] = async ({ startNs, endNs }) => {
      const traces = (Number(endNs - startNs) / 1e9) * 100;
      return { traces, requests: asked++ === 0 ? 9 : 4, plan: "disjunction" };
    };
    const estimate = await estimateReplay({ scan, budgetMs: 2_000 }, aPlan(24n));
    // 4 requests for each of the 200 s that hold 20,000 traces.
    expect(estimate).to.include({ kind: "probed", traces: 8_640_000, requests: (86_400 / 200) * 4 });
  });

  it("reads a short range whole", async () => {
    const scan: EstimateOptions["scan"] = async (request) => ({ ...(await evenTraffic(request)), traces: 17 });
    const estimate = await estimateReplay({ scan, budgetMs: 2_000 }, aPlan(1n, 3_600));
    expect(estimate).to.include({ kind: "probed", traces: 17 });
  });

  it("keeps to its time, and uses the probes that were done by then", async () => {
    const scan: EstimateOptions["scan"] = async (request) => {
      if (request.endNs - request.startNs > HOUR_NS / 60n) await sleep(60_000, undefined, { ref: false });
      return evenTraffic(request);
    };
    const from = performance.now();
    const estimate = await estimateReplay({ scan, budgetMs: 100 }, aPlan(240n));
    expect(performance.now() - from).to.be.below(1_000);
    expect(estimate).to.include({ kind: "probed", traces: 2 * 864_000 });
  });

  it("says why there is none where Tempo fails or does not answer", async () => {
    const down: EstimateOptions["scan"] = async () => {
      throw new TempoError("unreachable", "connection refused", { retryable: true });
    };
    expect(await estimateReplay({ scan: down, budgetMs: 100 }, aPlan(24n))).to.deep.equal({
      kind: "unavailable",
      reason: "Tempo could not be read: connection refused",
    });
    const silent: EstimateOptions["scan"] = () => new Promise(() => {});
    const estimate = await estimateReplay({ scan: silent, budgetMs: 30 }, aPlan(24n));
    expect(estimate).to.deep.equal({
      kind: "unavailable",
      reason: "Tempo did not answer a search over a minute within 30 ms",
    });
  });
});
