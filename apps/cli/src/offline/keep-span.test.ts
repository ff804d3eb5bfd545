import type { AttributeValue, Span } from "@betrace/contracts";
import { expect } from "chai";
import { createSpanKeeper } from "./keep-span.js";

function span(
  resource: readonly (readonly [string, AttributeValue])[],
  attributes: readonly [string, AttributeValue][] = [],
): Span {
  return {
    spanId: "00000000000000a1",
    parentSpanId: "",
    name: "GET",
    service: "shop",
    kind: "server",
    status: "ok",
    statusMessage: "",
    startNs: 1n,
    durationNs: 2n,
    attributes: new Map(attributes),
    resource: new Map(resource),
  };
}

describe("keeping millions of spans", () => {
  it("changes nothing of a span", () => {
    const keep = createSpanKeeper();
    for (const one of [span([]), span([["a", 1]], [["b", ["x", "y"]]]), span([["service.name", "shop"]])]) {
      expect(keep(one)).to.deep.equal(one);
      expect(keep(one)).to.deep.equal(one);
    }
  });

  it("holds equal resources once, and tells apart what only looks equal", () => {
    const keep = createSpanKeeper();
    const [first, second] = [keep(span([["a", "x"]])), keep(span([["a", "x"]]))];
    expect(first.resource).to.equal(second.resource);
    expect(first.attributes).to.equal(second.attributes);
    const values: AttributeValue[] = ["5", 5, 5n, "5n", true, "true", ["5"], [5], ["a,b"], ["a", "b"]];
    const kept = values.map((value) => keep(span([["a", value]])).resource);
    expect(new Set(kept).size).to.equal(values.length);
    expect(kept.map((map) => map.get("a"))).to.deep.equal(values);
  });
});
