import type { ReplayAnswer } from "@betrace/contracts";
import { expect } from "chai";
import { describeProgress, duration, headline } from "./describe-replay.js";

const WHOLE = {
  status: "completed",
  incomplete_window_count: 0,
  first_violation_at: null,
  traces_evaluated: 1_000,
  in_progress: { traces: 0 },
  violations_found: 0,
  traces_per_second: 500,
  eta_seconds: null,
} as ReplayAnswer;
const AT = "2026-01-11T14:23:17Z";

describe("a replay in words", () => {
  it("never says that nothing happened where not everything was read", () => {
    const cases: [more: Partial<ReplayAnswer>, says: string][] = [
      [{}, "It never happened in this range."],
      [{ incomplete_window_count: 1 }, "No violation was found, but not everything could be read."],
      [{ status: "cancelled" }, "No violation was found, but not everything could be read."],
      [{ status: "running" }, "No violation was found so far, but not everything was read yet."],
      [{ first_violation_at: AT }, `It started at ${AT}.`],
      [
        { first_violation_at: AT, incomplete_window_count: 1 },
        `It started at ${AT}, or earlier: not everything could be read.`,
      ],
      [{ first_violation_at: AT, status: "running" }, `It started at ${AT}, or earlier: it is not over yet.`],
    ];
    for (const [more, says] of cases) expect(headline({ ...WHOLE, ...more })).to.equal(says);
  });

  it("shows rate, violations and time left while it runs", () => {
    const running = {
      ...WHOLE,
      status: "running",
      in_progress: { traces: 500 },
      violations_found: 1,
      eta_seconds: 200,
    } as const;
    expect(describeProgress(running)).to.equal("1,500 traces, 500 traces/s, 1 violation, 3 min 20 s left");
    expect(describeProgress({ ...running, status: "paused", traces_per_second: null, eta_seconds: null })).to.equal(
      "1,500 traces, 1 violation, paused",
    );
  });

  it("writes durations as people do", () => {
    expect([0.2, 59.6, 61, 7_500].map(duration)).to.deep.equal(["1 s", "1 min 0 s", "1 min 1 s", "2 h 5 min"]);
  });
});
