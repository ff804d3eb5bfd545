import { expect } from "chai";
import fc from "fast-check";
import { timeIn } from "./time.js";
import { formatTimestamp, parseTimestamp, readTimestamp } from "./timestamp.js";

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

  const refused: readonly (readonly [text: string, part: string])[] = [
    ["2026-13-01T00:00:00Z", "expected a month from 01 to 12, not 13"],
    ["2026-00-01T00:00:00Z", "expected a month from 01 to 12, not 00"],
    ["2026-01-32T00:00:00Z", "expected a day from 01 to 31 (2026-01 has no other), not 32"],
    ["2026-02-30T00:00:00Z", "expected a day from 01 to 28 (2026-02 has no other), not 30"],
    ["2100-02-29T00:00:00Z", "expected a day from 01 to 28 (2100-02 has no other), not 29"],
    ["2026-03-01T24:00:00Z", "expected an hour from 00 to 23, not 24 (midnight is 00:00:00 of the next day)"],
    ["2026-03-01T25:00:00Z", "expected an hour from 00 to 23, not 25"],
    ["2026-03-01T00:60:00Z", "expected a minute from 00 to 59, not 60"],
    ["2016-12-31T23:59:60Z", "not 60 (Unix time has no leap seconds; write 59)"],
    ["2026-03-01T00:00:61Z", "expected a second from 00 to 59, not 61"],
    ["2026-03-01T00:00:00+24:00", "expected an offset of at most 23 hours, not 24"],
    ["2026-03-01T00:00:00+02:60", "expected an offset with minutes from 00 to 59, not 60"],
    ["2026-03-01", "expected a time of day behind the date (2026-03-01T00:00:00Z is its begin)"],
    ["2026-03-01T00:00Z", "expected seconds (2026-03-01T00:00:00Z)"],
    [
      "2026-03-01T00:00:00",
      "expected an offset behind the time (2026-03-01T00:00:00Z for UTC, 2026-03-01T00:00:00+02:00)",
    ],
    ["2026-03-01T00:00:00 02:00", "in a URL a + must be written %2B (2026-03-01T00:00:00%2B02:00)"],
    ["2026-03-01T00:00:00+0200", "expected an offset with hours and minutes (2026-03-01T00:00:00+02:00)"],
    ["2026-03-01T00:00:00-05", "expected an offset with hours and minutes (2026-03-01T00:00:00-05:00)"],
    ["2026-03-01T00:00:00 CET", 'expected Z or an offset such as +02:00 behind the time, not "CET"'],
    ["2026-03-01T00:00:00,5Z", "expected a point before the fraction of a second, not a comma"],
    ["2026-03-01T00:00:00.Z", "expected digits behind the point"],
    ["2026-03-01T00:00:00.1234567890Z", "at most nine digits of a second's fraction (nanoseconds), not 10"],
    ["1969-12-31T23:59:59Z", "expected a time from 1970-01-01T00:00:00Z to 2262-04-11T23:47:16.854775807Z"],
    ["2262-04-11T23:47:16.854775808Z", "expected a time from 1970-01-01T00:00:00Z to 2262-04-11T23:47:16.854775807Z"],
    ["9999-01-01T00:00:00Z", "expected a time from 1970-01-01T00:00:00Z to 2262-04-11T23:47:16.854775807Z"],
    ["+12026-01-01T00:00:00Z", "expected an RFC 3339 time such as 2026-03-01T00:00:00Z"],
    ["1772323200", "found the number 1772323200; as Unix seconds that is 2026-03-01T00:00:00Z"],
    ["1772323200.25", "as Unix seconds that is 2026-03-01T00:00:00.250Z"],
    ["1772323200123", "as Unix milliseconds that is 2026-03-01T00:00:00.123Z"],
    ["1772323200123456", "as Unix microseconds that is 2026-03-01T00:00:00.123456000Z"],
    ["1772323200123456789", "as Unix nanoseconds that is 2026-03-01T00:00:00.123456789Z"],
    ["99999999999999999999", "found the number 99999999999999999999"],
    ["2026/03/01 00:00:00", "expected an RFC 3339 time such as 2026-03-01T00:00:00Z"],
    ["01.03.2026", "expected an RFC 3339 time such as 2026-03-01T00:00:00Z"],
    ["yesterday", 'expected an RFC 3339 time such as 2026-03-01T00:00:00Z, found "yesterday"'],
    ["", "24 hours ago is `date -u -d '24 hours ago' +%FT%TZ` on Linux, `date -u -v-24H +%FT%TZ` on macOS"],
  ];
  for (const [text, part] of refused) {
    it(`does not take "${text}", and says which part is wrong`, () => {
      const { ns, problem } = readTimestamp(text);
      expect(ns).to.equal(undefined);
      expect(problem).to.include(part).and.include(text);
    });
  }

  it("takes a leap day, the last nanosecond, and spaces around it", () => {
    expect(formatTimestamp(parseTimestamp(" 2024-02-29T23:59:59Z\n") ?? 0n)).to.equal("2024-02-29T23:59:59Z");
    expect(parseTimestamp("2000-02-29 00:00:00-00:00")).to.equal(951_782_400_000_000_000n);
    expect(parseTimestamp("2262-04-11T23:47:16.854775807Z")).to.equal(2n ** 63n - 1n);
  });

  it("is asked for by name if it is a number", () => {
    const said = (value: unknown) => timeIn.safeParse(value).error?.issues[0]?.message;
    expect(said(1_772_323_200)).to.include("as Unix seconds that is 2026-03-01T00:00:00Z");
    expect(said(1_772_323_200_123)).to.include("as Unix milliseconds that is 2026-03-01T00:00:00.123Z");
    expect(said(-5)).to.include("found the number -5");
  });

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 63n - 1n), (ns) => parseTimestamp(formatTimestamp(ns)) === ns),
      { numRuns: 500 },
    );
  });
});
