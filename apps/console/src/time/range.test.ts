import { expect } from "chai";
import { parseMoment } from "./parse-moment.js";
import { inputOf, isoOf, rangeOf } from "./range.js";

const NOW = Date.parse("2026-01-12T08:00:00.400Z");

describe("a moment as people write it", () => {
  const read: readonly (readonly [string, string])[] = [
    ["2026-01-11T14:23:17Z", "2026-01-11T14:23:17Z"],
    ["2026-01-11T14:23:17.006984000Z", "2026-01-11T14:23:17Z"],
    ["2026-01-11T15:23:17+01:00", "2026-01-11T14:23:17Z"],
    ["2026-01-11 15:23:17 +0100", "2026-01-11T14:23:17Z"],
    ["2026-01-11 14:23", "2026-01-11T14:23:00Z"],
    ["2026-01-11 9:05 UTC", "2026-01-11T09:05:00Z"],
    ["2026-01-11", "2026-01-11T00:00:00Z"],
    ["1768141397", "2026-01-11T14:23:17Z"],
    ["1768141397000", "2026-01-11T14:23:17Z"],
    ["7:30", "2026-01-12T07:30:00Z"],
    ["14:20", "2026-01-11T14:20:00Z"],
    ["yesterday", "2026-01-11T00:00:00Z"],
    ["today", "2026-01-12T00:00:00Z"],
  ];
  for (const [text, iso] of read) {
    it(`“${text}” is ${iso}`, () => expect(isoOf(parseMoment(text, NOW) ?? 0)).to.equal(iso));
  }

  it("may count back from now", () => {
    expect(parseMoment("2h ago", NOW)).to.equal(NOW - 7_200_000);
    expect(parseMoment("1.5h", NOW)).to.equal(NOW - 5_400_000);
    expect(parseMoment("3 days ago", NOW)).to.equal(NOW - 3 * 86_400_000);
    expect(parseMoment("90 min", NOW)).to.equal(NOW - 5_400_000);
    expect(parseMoment("90 Minutes ago", NOW)).to.equal(NOW - 5_400_000);
    expect(parseMoment("1 week", NOW)).to.equal(NOW - 7 * 86_400_000);
    expect(parseMoment("5s", NOW)).to.equal(NOW - 5_000);
  });

  for (const wrong of [
    "",
    "soon",
    "2026-02-30",
    "2026-13-01 10:00",
    "2026-01-11 24:00",
    "2 months",
    "3 mo ago",
    "1 decade",
    "2026-01-11 10:61",
    "25:00",
    "12:60",
    "12",
  ]) {
    it(`“${wrong}” is none`, () => expect(parseMoment(wrong, NOW)).to.equal(undefined));
  }
});

describe("a range in the address", () => {
  it("ends now, to the second, where nothing else is said", () => {
    expect(rangeOf({}, NOW)).to.deep.equal({
      startMs: Date.parse("2026-01-11T08:00:00Z"),
      endMs: Date.parse("2026-01-12T08:00:00Z"),
    });
    expect(rangeOf({ last: "15m" }, NOW)).to.include({ startMs: Date.parse("2026-01-12T07:45:00Z") });
  });

  it("runs from a deploy until now", () => {
    expect(rangeOf({ since: "14:20" }, NOW)).to.include({ startMs: Date.parse("2026-01-11T14:20:00Z") });
  });

  it("runs from what the calendar says in UTC, and gives it back to the calendar", () => {
    const range = rangeOf({ start: "2026-01-11T14:20", end: "2026-01-11T15:00" }, NOW);
    expect(range).to.deep.equal({
      startMs: Date.parse("2026-01-11T14:20:00Z"),
      endMs: Date.parse("2026-01-11T15:00:00Z"),
    });
    expect(inputOf(Date.parse("2026-01-11T14:20:05Z"))).to.equal("2026-01-11T14:20:05");
  });

  it("says what is wrong with it", () => {
    expect(rangeOf({ since: "the deploy" }, NOW)).to.contain("the deploy");
    expect(rangeOf({ start: "2026-01-11", end: "" }, NOW)).to.match(/end is missing/);
    const unreal = rangeOf({ start: "2026-02-30 10:00", end: "2026-03-01" }, NOW);
    expect(unreal).to.contain("2026-02-30 10:00").and.contain("expected a day from 01 to 28");
    expect(rangeOf({ since: "2026-01-11T14:00:00 02:00" }, NOW)).to.contain("%2B");
    expect(rangeOf({ start: "2026-01-12", end: "2026-01-11" }, NOW)).to.match(/after it starts/);
    expect(rangeOf({ start: "2024-01-12", end: "2026-01-11" }, NOW)).to.match(/400 days/);
    expect(rangeOf({ last: "3y" }, NOW)).to.contain("3y");
  });
});
