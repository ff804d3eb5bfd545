import { expect } from "chai";
import { without } from "./windows.js";

const window = (start: number, end: number) => ({ startNs: BigInt(start), endNs: BigInt(end) });

describe("what is left of a window", () => {
  const cases: readonly [string, readonly (readonly [number, number])[], readonly (readonly [number, number])[]][] = [
    ["nothing taken", [], [[10, 20]]],
    ["all of it, and more", [[0, 30]], []],
    [
      "the middle",
      [[12, 15]],
      [
        [10, 12],
        [15, 20],
      ],
    ],
    [
      "both ends",
      [
        [5, 12],
        [18, 25],
      ],
      [[12, 18]],
    ],
    [
      "pieces that overlap, out of order",
      [
        [14, 18],
        [10, 15],
      ],
      [[18, 20]],
    ],
    [
      "pieces that touch",
      [
        [10, 15],
        [15, 20],
      ],
      [],
    ],
    [
      "one inside another",
      [
        [11, 19],
        [12, 13],
      ],
      [
        [10, 11],
        [19, 20],
      ],
    ],
    [
      "only what lies elsewhere",
      [
        [0, 10],
        [20, 30],
      ],
      [[10, 20]],
    ],
  ];
  for (const [name, taken, left] of cases) {
    it(`${name}`, () => {
      const rest = without(
        window(10, 20),
        taken.map(([start, end]) => window(start, end)),
      );
      expect(rest).to.deep.equal(left.map(([start, end]) => window(start, end)));
    });
  }
});
