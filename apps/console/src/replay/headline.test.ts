import { expect } from "chai";
import { headlineOf, mayHaveStartedBefore } from "./headline.js";

const NOW = Date.parse("2026-01-12T08:00:00Z");
const FIRST = "2026-01-11T14:23:17.006984000Z";

const replay: Parameters<typeof headlineOf>[0] = {
  status: "completed",
  traces_evaluated: 15_420,
  violations_found: 0,
  first_violation_at: null,
  last_violation_at: null,
  incomplete_windows: [],
  incomplete_window_count: 0,
  progress: 1,
  start_time: "2026-01-11T00:00:00Z",
  end_time: "2026-01-12T00:00:00Z",
};
const found = {
  ...replay,
  violations_found: 301,
  first_violation_at: FIRST,
  last_violation_at: "2026-01-11T17:41:02.5Z",
};
const hole = (start: string) => ({
  incomplete_windows: [{ start_time: start, end_time: "2026-01-11T23:00:00Z", reason: "Tempo answered 500" }],
  incomplete_window_count: 1,
});

describe("the headline of a replay", () => {
  it("says when it started, how often, and until when", () => {
    expect(headlineOf(found, NOW)).to.deep.equal({
      kind: "found",
      title: "It started on Jan 11 at 14:23:17 UTC",
      detail: "301 violations in 15,420 traces, over 3 h 18 min; the last on Jan 11 at 17:41:02 UTC.",
    });
  });

  it("does not call a moment the start before everything was read", () => {
    expect(headlineOf({ ...found, status: "running" }, NOW).title).to.equal(
      "The earliest so far: Jan 11 at 14:23:17 UTC",
    );
    expect(headlineOf({ ...found, status: "cancelled" }, NOW).title).to.match(/^The earliest found: /);
  });

  it("says “or earlier” exactly where a part before the first could not be read", () => {
    expect(headlineOf({ ...found, ...hole("2026-01-11T10:00:00Z") }, NOW).title).to.match(/, or earlier$/);
    expect(headlineOf({ ...found, ...hole("2026-01-11T20:00:00Z") }, NOW).title).to.match(/UTC$/);
  });

  it("tells none found, none to look at, and not all read apart", () => {
    expect(headlineOf(replay, NOW)).to.include({ kind: "clear", title: "It did not happen in this range" });
    expect(headlineOf({ ...replay, traces_evaluated: 0 }, NOW)).to.include({
      kind: "open",
      title: "There are no traces in this range",
    });
    expect(headlineOf({ ...replay, ...hole("2026-01-11T10:00:00Z") }, NOW)).to.include({
      kind: "open",
      title: "Nothing found, but not everything was read",
    });
    expect(headlineOf({ ...replay, status: "failed", traces_evaluated: 0 }, NOW).kind).to.equal("failed");
  });

  it("is open while it runs, waits, or was stopped", () => {
    for (const status of ["queued", "running", "paused", "cancelled"] as const) {
      expect(headlineOf({ ...replay, status, progress: 0.5 }, NOW).kind, status).to.equal("open");
    }
  });

  it("warns where the first lies at the very start of the range", () => {
    expect(mayHaveStartedBefore(found)).to.equal(false);
    expect(mayHaveStartedBefore({ ...found, first_violation_at: "2026-01-11T00:02:00Z" })).to.equal(true);
    expect(mayHaveStartedBefore(replay)).to.equal(false);
  });
});
