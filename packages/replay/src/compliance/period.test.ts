import { expect } from "chai";
import { isIn, reachesInto } from "./period.js";

const window = (start: number, end: number) => ({ startNs: BigInt(start), endNs: BigInt(end) });

describe("a period", () => {
  it("is half-open: a window that only touches it does not reach into it", () => {
    expect(reachesInto(window(0, 10), window(10, 20))).to.equal(false);
    expect(reachesInto(window(20, 30), window(10, 20))).to.equal(false);
    expect(reachesInto(window(0, 11), window(10, 20))).to.equal(true);
    expect([9n, 10n, 19n, 20n].map((ns) => isIn(ns, window(10, 20)))).to.deep.equal([false, true, true, false]);
  });

  it("has no end on a side that is absent", () => {
    expect(reachesInto(window(0, 10), {})).to.equal(true);
    expect(reachesInto(window(0, 10), { startNs: 10n })).to.equal(false);
    expect(reachesInto(window(0, 10), { endNs: 1n })).to.equal(true);
    expect([isIn(5n, { startNs: 5n }), isIn(5n, { endNs: 5n }), isIn(5n, {})]).to.deep.equal([true, false, true]);
  });
});
