import { expect } from "chai";
import type { OtlpSpan } from "./otlp.js";
import { createShopDay, SHOP_TRACES, type ShopDay } from "./shop-day.js";

const startNs = 1_767_225_600_000_000_000n;

function spansByTrace(day: ShopDay): Map<string, OtlpSpan[]> {
  const traces = new Map<string, OtlpSpan[]>();
  for (const resource of day.batches.flat()) {
    for (const span of resource.scopeSpans.flatMap((scope) => scope.spans)) {
      traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), span]);
    }
  }
  return traces;
}

describe("the demo's day", () => {
  const day = createShopDay({ seed: 1, startNs });
  const traces = spansByTrace(day);

  it("holds 15,420 traces, each wholly inside the day", () => {
    expect(traces.size).to.equal(SHOP_TRACES);
    for (const spans of traces.values()) {
      for (const span of spans) {
        expect(BigInt(span.startTimeUnixNano) >= day.startNs).to.equal(true);
        expect(BigInt(span.endTimeUnixNano) < day.endNs).to.equal(true);
      }
    }
    expect([...traces.values()].reduce((sum, spans) => sum + spans.length, 0)).to.equal(day.spans);
  });

  it("counts what it planted: slow queries without a retry, all inside the incident", () => {
    const starts = [...traces.values()].flatMap((spans) => {
      const slow = spans.filter(
        (span) =>
          span.name === "db.query" && BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano) > 1_000_000_000n,
      );
      return spans.some((span) => span.name === "retry") ? [] : slow.map((span) => BigInt(span.startTimeUnixNano));
    });
    starts.sort((a, b) => (a < b ? -1 : 1));
    expect(starts.length).to.equal(day.planted.violations);
    expect(starts[0]).to.equal(day.planted.firstNs);
    expect(starts.at(-1)).to.equal(day.planted.lastNs);
    expect(Number((day.planted.firstNs - startNs) / 1_000_000_000n)).to.equal(14 * 3_600 + 23 * 60 + 17);
    expect(Number((day.planted.lastNs - startNs) / 1_000_000_000n)).to.be.below(17 * 3_600 + 41 * 60 + 10);
  });

  it("is the same for the same seed and start, and shares no trace id with another day", () => {
    expect(createShopDay({ seed: 1, startNs }).batches).to.deep.equal(day.batches);
    const next = spansByTrace(createShopDay({ seed: 1, startNs: day.endNs }));
    expect([...next.keys()].filter((id) => traces.has(id))).to.deep.equal([]);
  });
});
