import { expect } from "chai";
import { drawTimeline } from "./timeline.js";

const hour = (n: number, violations: number) => ({
  start_time: `2026-01-11T${String(n).padStart(2, "0")}:00:00Z`,
  end_time: `2026-01-11T${String(n + 1).padStart(2, "0")}:00:00Z`,
  violations,
});

describe("the timeline in the terminal", () => {
  it("draws bars in proportion and marks the first and the last hit", () => {
    expect(drawTimeline([hour(0, 0), hour(1, 8), hour(2, 4), hour(3, 1), hour(4, 0)], 8, 10)).to.deep.equal([
      "01-11 00:00 │",
      "01-11 01:00 │████████ 8  ← first",
      "01-11 02:00 │████ 4",
      "01-11 03:00 │█ 1  ← last",
      "01-11 04:00 │",
    ]);
  });

  it("adds neighbours up when there are more buckets than lines, and loses none", () => {
    const lines = drawTimeline([hour(0, 1), hour(1, 2), hour(2, 3), hour(3, 0), hour(4, 5)], 4, 3);
    expect(lines).to.deep.equal(["01-11 00:00 │██▍ 3  ← first", "01-11 02:00 │██▍ 3", "01-11 04:00 │████ 5  ← last"]);
  });

  it("draws one violation among many", () => {
    expect(drawTimeline([hour(0, 1), hour(1, 10_000)], 10, 10)[0]).to.equal("01-11 00:00 │▏ 1  ← first");
  });

  it("draws an empty range", () => {
    expect(drawTimeline([], 10, 10)).to.deep.equal([]);
  });
});
