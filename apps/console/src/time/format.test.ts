import { expect } from "chai";
import { ago, counted, duration, moment, span, stamp } from "./format.js";

const NOW = Date.parse("2026-01-12T08:00:00Z");

describe("times in words", () => {
  it("say a moment to the second, and the year only where it is another", () => {
    expect(moment("2026-01-11T14:23:17.999999999Z", NOW)).to.equal("Jan 11 at 14:23:17 UTC");
    expect(moment("2025-12-31T23:59:59Z", NOW)).to.equal("Dec 31, 2025 at 23:59:59 UTC");
    expect(stamp("2026-01-11T00:00:01Z", NOW)).to.equal("Jan 11, 00:00:01");
  });

  it("say a shared day once", () => {
    expect(span("2026-01-11T10:00:00Z", "2026-01-11T11:30:00Z", NOW)).to.equal("Jan 11, 10:00:00 – 11:30:00 UTC");
    expect(span("2026-01-11T00:00:00Z", "2026-01-12T00:00:00Z", NOW)).to.equal(
      "Jan 11, 00:00:00 – Jan 12, 00:00:00 UTC",
    );
  });

  const lengths: readonly (readonly [number, string])[] = [
    [0.25, "250 µs"],
    [3.14, "3.1 ms"],
    [850, "850 ms"],
    [4_210, "4.2 s"],
    [59_400, "59 s"],
    [60_000, "1 min"],
    [3_599_900, "60 min"],
    [11_868_000, "3 h 18 min"],
    [86_400_000, "24 h"],
    [31 * 86_400_000, "31 days"],
  ];
  for (const [ms, words] of lengths) it(`say ${ms} ms as ${words}`, () => expect(duration(ms)).to.equal(words));

  it("say how long ago in one unit", () => {
    expect(ago("2026-01-12T07:59:50Z", NOW)).to.equal("just now");
    expect(ago("2026-01-12T07:55:00Z", NOW)).to.equal("5 min ago");
    expect(ago("2026-01-11T08:00:00Z", NOW)).to.equal("24 h ago");
    expect(ago("2026-01-09T08:00:00Z", NOW)).to.equal("3 days ago");
  });

  it("count one and many", () => {
    expect(counted(1, "violation")).to.equal("1 violation");
    expect(counted(15_420, "trace")).to.equal("15,420 traces");
    expect(counted(0, "violation")).to.equal("0 violations");
  });
});
