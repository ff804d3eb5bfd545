import { expect } from "chai";
import { foundIn } from "./found-in.js";

const replay = {
  rule_id: "slow-db",
  rules: [{ rule_id: "slow-db", rule_version: 1, rule_name: "Slow", violations_found: 1 }],
  start_time: "2026-01-11T00:00:00Z",
  end_time: "2026-01-12T00:00:00.000000500Z",
  last_violation_at: "2026-01-11T17:41:02.5Z",
};
const at = (time: string) => Date.parse(`2026-01-${time}Z`);

describe("the violations that a replay found", () => {
  it("are those of its range, to the nanosecond, or of one slice", () => {
    expect(foundIn(replay)).to.deep.equal({ rule: "slow-db", start: replay.start_time, end: replay.end_time });
    const slice = { startMs: at("11T10:00:00"), endMs: at("11T11:00:00") };
    expect(foundIn(replay, slice)).to.include({ start: "2026-01-11T10:00:00Z", end: "2026-01-11T11:00:00Z" });
    expect(foundIn({ ...replay, rules: [...replay.rules, ...replay.rules] }, slice)).to.not.have.property("rule");
  });

  it("go on past its end, and past its last slice, if a trace that begins in it offends later", () => {
    const later = { ...replay, last_violation_at: "2026-01-12T00:03:04.005678Z" };
    const end = "2026-01-12T00:03:04.006Z";
    expect(foundIn(later)).to.include({ start: replay.start_time, end });
    const last = { startMs: at("11T23:00:00"), endMs: at("12T00:00:00") };
    expect(foundIn(later, last)).to.include({ start: "2026-01-11T23:00:00Z", end });
    const other = { startMs: at("11T22:00:00"), endMs: at("11T23:00:00") };
    expect(foundIn(later, other)).to.include({ end: "2026-01-11T23:00:00Z" });
  });
});
