import { expect } from "chai";
import fc from "fast-check";
import { formatTimestamp, parseTimestamp } from "./time.js";

describe("a time over HTTP", () => {
  it("keeps every nanosecond", () => {
    expect(parseTimestamp("2022-08-22T05:09:53.203170345Z")).to.equal(1_661_144_993_203_170_345n);
    expect(formatTimestamp(1_661_144_993_203_170_345n)).to.equal("2022-08-22T05:09:53.203170345Z");
  });

  it("takes any offset, and lower case, and gives UTC", () => {
    expect(formatTimestamp(parseTimestamp("2026-03-01T01:30:00+01:30") ?? 0n)).to.equal("2026-03-01T00:00:00Z");
    expect(formatTimestamp(parseTimestamp("2026-02-28t19:00:00.5-05:00") ?? 0n)).to.equal("2026-03-01T00:00:00.500Z");
  });

  it("shows no fraction, three digits or nine", () => {
    expect(formatTimestamp(0n)).to.equal("1970-01-01T00:00:00Z");
    expect(formatTimestamp(1_000_000n)).to.equal("1970-01-01T00:00:00.001Z");
    expect(formatTimestamp(1_001_000n)).to.equal("1970-01-01T00:00:00.001001000Z");
  });

  for (const wrong of [
    "2026-03-01",
    "2026-03-01T00:00:00",
    "2026-02-30T00:00:00Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T00:00:00.1234567890Z",
    "1969-12-31T23:59:59Z",
    "9999-01-01T00:00:00Z",
    "1772323200",
    "yesterday",
    "",
  ]) {
    it(`does not take "${wrong}"`, () => expect(parseTimestamp(wrong)).to.equal(undefined));
  }

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 63n - 1n), (ns) => parseTimestamp(formatTimestamp(ns)) === ns),
      { numRuns: 500 },
    );
  });
});
