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

  it("ends in 2106 at the latest: a later end would hide its block in Tempo", () => {
    expect(timesOf(1n << 62n)).to.deep.equal({
      startTime: [1_784_000_000, 123_456_789],
      endTime: [4_294_967_295, 999_999_999],
      duration: [2_510_967_295, 876_543_210],
    });
  });
});
