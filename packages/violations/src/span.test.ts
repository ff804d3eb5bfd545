import { expect } from "chai";
import { violationSpan } from "./span.js";
import { aViolation } from "./testing/violation.js";

describe("the span of a violation", () => {
  const startNs = 1_784_000_000_123_456_789n;
  const timesOf = (durationNs: bigint) => {
    const { startTime, endTime, duration } = violationSpan(aViolation({ startNs, durationNs }));
    return { startTime, endTime, duration };
  };

  it("lasts as long as the offending span", () => {
    expect(timesOf(1_500_000_001n)).to.deep.equal({
      startTime: [1_784_000_000, 123_456_789],
      endTime: [1_784_000_001, 623_456_790],
      duration: [1, 500_000_001],
    });
  });

  it("ends in 2262 at the latest: a later end would hide its block in Tempo", () => {
    expect(timesOf((1n << 63n) - 1n)).to.deep.equal({
      startTime: [1_784_000_000, 123_456_789],
      endTime: [9_223_372_036, 854_775_807],
      duration: [7_439_372_036, 731_319_018],
    });
  });
});
