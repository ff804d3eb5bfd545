import { expect } from "chai";
import { stripCells } from "./strip.js";

const RANGE = { start_time: "2026-01-11T00:00:00Z", end_time: "2026-01-11T04:00:00Z" };
type Shard = Parameters<typeof stripCells>[0][number];
const shard = (hour: number, status: Shard["status"], more: Partial<Shard> = {}): Shard => ({
  start_time: `2026-01-11T0${hour}:00:00Z`,
  end_time: `2026-01-11T0${hour + 1}:00:00Z`,
  status,
  violations_found: 0,
  reason: null,
  ...more,
});

describe("the strip of shards", () => {
  it("lies in order of time, whatever the order of the list", () => {
    const cells = stripCells([shard(2, "open"), shard(0, "done"), shard(3, "open"), shard(1, "running")], RANGE, 10);
    expect(cells.map(({ state, from, to }) => [state, from, to])).to.deep.equal([
      ["done", 0, 0.25],
      ["running", 0.25, 0.5],
      ["open", 0.5, 0.75],
      ["open", 0.75, 1],
    ]);
  });

  it("shows the two that stand in the place of one that was split", () => {
    const halves = [
      shard(0, "done", { end_time: "2026-01-11T00:30:00Z" }),
      shard(0, "open", { start_time: "2026-01-11T00:30:00Z" }),
    ];
    expect(stripCells([shard(0, "split"), ...halves], RANGE, 10).map((cell) => cell.state)).to.deep.equal([
      "done",
      "open",
    ]);
  });

  it("puts many in a cell and hides no failure behind them", () => {
    const shards = [
      shard(0, "done", { violations_found: 2 }),
      shard(1, "failed", { reason: "Tempo answered 500", violations_found: 1 }),
      shard(2, "done"),
      shard(3, "open"),
    ];
    const cells = stripCells(shards, RANGE, 2);
    expect(cells).to.deep.equal([
      { state: "failed", from: 0, to: 0.5, shards: 2, violations: 3, reason: "Tempo answered 500" },
      { state: "mixed", from: 0.5, to: 1, shards: 2, violations: 0, reason: null },
    ]);
  });

  it("is empty where there are none yet", () => expect(stripCells([], RANGE, 10)).to.deep.equal([]));
});
