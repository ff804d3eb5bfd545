import { expect } from "chai";
import fc from "fast-check";
import { ReplayError } from "../errors.js";
import { LIMITS } from "../limits.js";
import { bucketGrid, bucketOf } from "./buckets.js";
import { chooseShardSeconds, cutIntoShards } from "./shards.js";

const SECOND = 1_000_000_000n;
const HOUR = 3_600n * SECOND;
const DAY = 24n * HOUR;
const MIDNIGHT = 1_784_073_600n * SECOND;

const ranges = fc
  .tuple(fc.bigInt({ min: 0n, max: 1_900_000_000n * SECOND }), fc.bigInt({ min: 1n, max: 5n * DAY }))
  .map(([startNs, length]) => ({ startNs, endNs: startNs + length }));

describe("the plan", () => {
  it("shards cover a range exactly: in order, half-open, without gap or overlap, to the nanosecond", () => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: 600, max: 86_400 }), ({ startNs, endNs }, shardSeconds) => {
        const shards = cutIntoShards(startNs, endNs, shardSeconds);
        expect(shards[0]?.startNs).to.equal(startNs);
        expect(shards.at(-1)?.endNs).to.equal(endNs);
        for (const [index, shard] of shards.entries()) {
          expect(shard.endNs > shard.startNs).to.equal(true);
          expect(shard.endNs - shard.startNs <= BigInt(shardSeconds) * SECOND).to.equal(true);
          if (index > 0) expect(shard.startNs).to.equal(shards[index - 1]?.endNs);
        }
        expect(new Set(shards.map((shard) => shard.shardId)).size).to.equal(shards.length);
      }),
      { numRuns: 200 },
    );
  });

  it("an hour makes one shard, a day one wherever it begins, thirty days thirty", () => {
    const count = (length: bigint, startNs = MIDNIGHT) =>
      cutIntoShards(startNs, startNs + length, chooseShardSeconds(startNs, startNs + length)).length;
    expect([count(HOUR), count(DAY), count(DAY, MIDNIGHT + HOUR), count(30n * DAY)]).to.deep.equal([1, 1, 1, 30]);
  });

  it("a day in which many traces are expected makes shards of at most a million, and never more than are allowed", () => {
    const count = (perSecond: number, length = DAY) =>
      cutIntoShards(MIDNIGHT, MIDNIGHT + length, chooseShardSeconds(MIDNIGHT, MIDNIGHT + length, perSecond)).length;
    expect([count(0.2), count(11), count(20), count(100), count(1_000)]).to.deep.equal([1, 1, 2, 12, 96]);
    expect(count(1_000_000_000)).to.equal(1_440);
    expect(count(1_000_000_000, 30n * DAY)).to.be.at.most(LIMITS.maxShardsPerReplay);
  });

  it("any range that is allowed has a length chosen for it that is allowed", () => {
    fc.assert(
      fc.property(ranges, ({ startNs, endNs }) => {
        cutIntoShards(startNs, endNs, chooseShardSeconds(startNs, endNs));
      }),
    );
    const longest = BigInt(LIMITS.maxRangeSeconds) * SECOND;
    expect(cutIntoShards(0n, longest, chooseShardSeconds(0n, longest)).length).to.be.at.most(LIMITS.maxShardsPerReplay);
  });

  for (const [what, code, startNs, endNs, seconds] of [
    ["ends where it starts", "range_invalid", MIDNIGHT, MIDNIGHT, 3_600],
    ["ends before it starts", "range_invalid", MIDNIGHT, MIDNIGHT - 1n, 3_600],
    ["is too long", "range_too_long", MIDNIGHT, MIDNIGHT + 401n * DAY, 3_600],
    ["needs too many shards", "too_many_shards", MIDNIGHT, MIDNIGHT + 300n * DAY, 60],
    ["has shards too short", "shard_length_invalid", MIDNIGHT, MIDNIGHT + DAY, 59],
    ["has shards too long", "shard_length_invalid", MIDNIGHT, MIDNIGHT + DAY, 86_401],
    ["has shards of a broken length", "shard_length_invalid", MIDNIGHT, MIDNIGHT + DAY, 90.5],
  ] as const) {
    it(`a range that ${what} is refused as ${code}`, () => {
      expect(() => cutIntoShards(startNs, endNs, seconds))
        .to.throw(ReplayError)
        .with.property("code", code);
    });
  }

  it("buckets cover the range with at most 96, and every moment of it falls into the one that holds it", () => {
    fc.assert(
      fc.property(ranges, fc.double({ min: 0, max: 0.999_999, noNaN: true }), ({ startNs, endNs }, part) => {
        const grid = bucketGrid(startNs, endNs);
        expect(grid.count).to.be.within(1, LIMITS.maxBuckets);
        expect(grid.firstNs <= startNs).to.equal(true);
        expect(grid.firstNs + grid.widthNs * BigInt(grid.count) >= endNs).to.equal(true);
        const moment = startNs + ((endNs - startNs) * BigInt(Math.floor(part * 1_000_000))) / 1_000_000n;
        const from = grid.firstNs + grid.widthNs * BigInt(bucketOf(grid, moment));
        expect(from <= moment && moment < from + grid.widthNs).to.equal(true);
      }),
    );
  });

  it("a moment outside the range falls into the nearest bucket", () => {
    const grid = bucketGrid(MIDNIGHT, MIDNIGHT + DAY);
    expect(bucketOf(grid, MIDNIGHT - DAY)).to.equal(0);
    expect(bucketOf(grid, MIDNIGHT + 9n * DAY)).to.equal(grid.count - 1);
  });
});
