import { expect } from "chai";
import { countedSpans } from "./counted-spans.js";
import type { Span } from "./trace.js";

const START = 1_700_000_000_000_000_000n;

function copy(more: Partial<Span> = {}): Span {
  return {
    spanId: "00000000000000a1",
    parentSpanId: "",
    name: "job",
    service: "shop",
    kind: "server",
    status: "unset",
    statusMessage: "",
    startNs: START,
    durationNs: 5n,
    attributes: new Map(),
    resource: new Map(),
    ...more,
  };
}

/** The better copy first. */
const CHOICES: readonly [what: string, better: Partial<Span>, worse: Partial<Span>][] = [
  ["a finished span wins over its snapshot", {}, { durationNs: 0n }],
  ["also if the snapshot starts earlier", { startNs: START + 1n }, { durationNs: 0n }],
  ["also if the snapshot says more", {}, { durationNs: 0n, status: "error", attributes: new Map([["a", 1]]) }],
  ["of finished ones the earlier", {}, { startNs: START + 1n, durationNs: 50n }],
  ["of these the longer", { durationNs: 6n }, { status: "error" }],
  ["of these the one with a status", { status: "error" }, { status: "ok", attributes: new Map([["a", 1]]) }],
  ["of these the one with more attributes", { attributes: new Map([["a", 1]]), name: "z" }, {}],
  ["if all that is equal, what they hold decides", { name: "a" }, { name: "b" }],
  ["their attributes as well", { attributes: new Map([["k", "a"]]) }, { attributes: new Map([["k", "b"]]) }],
];

describe("of two copies of one span", () => {
  for (const [what, better, worse] of CHOICES) {
    it(`${what}, in either order`, () => {
      const [good, bad] = [copy(better), copy(worse)];
      expect(countedSpans([good, bad])).to.deep.equal([good]);
      expect(countedSpans([bad, good])).to.deep.equal([good]);
    });
  }

  it("one of another kind is none", () => {
    expect(countedSpans([copy(), copy({ kind: "client" })])).to.have.length(2);
  });
});
