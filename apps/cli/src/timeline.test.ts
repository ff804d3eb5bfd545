import { expect } from "chai";
import { drawTimeline } from "./timeline.js";

const hour = (n: number, violations: number) => ({
  start_time: `2026-01-11T${String(n).padStart(2, "0")}:00:00Z`,
  end_time: `2026-01-11T${String(n + 1).padStart(2, "0")}:00:00Z`,
  violations,
});

/** An hour is a bucket; hours without a violation are not listed, as in an answer. */
const day = (...violations: number[]) => ({
  buckets: violations.map((count, n) => hour(n, count)).filter((bucket) => bucket.violations > 0),
  bucket_grid: { start_time: "2026-01-11T00:00:00Z", seconds: 3_600, count: violations.length },
});

describe("the timeline in the terminal", () => {
  it("draws bars in proportion and marks the first and the last hit", () => {
    expect(drawTimeline(day(0, 8, 4, 1, 0), 8, 10)).to.deep.equal([
      "01-11 00:00 │",
      "01-11 01:00 │████████ 8  ← first",
      "01-11 02:00 │████ 4",
      "01-11 03:00 │█ 1  ← last",
      "01-11 04:00 │",
    ]);
  });

  it("adds neighbours up when there are more buckets than lines, and loses none", () => {
    const lines = drawTimeline(day(1, 2, 3, 0, 5), 4, 3);
    expect(lines).to.deep.equal(["01-11 00:00 │██▍ 3  ← first", "01-11 02:00 │██▍ 3", "01-11 04:00 │████ 5  ← last"]);
  });

  it("draws one violation among many", () => {
    expect(drawTimeline(day(1, 10_000), 10, 10)[0]).to.equal("01-11 00:00 │▏ 1  ← first");
  });

  it("draws a range without any", () => {
    expect(drawTimeline(day(0, 0), 10, 10)).to.deep.equal(["01-11 00:00 │", "01-11 01:00 │"]);
  });
});
