import { expect } from "chai";
import { violationSpanIds } from "./ids.js";

describe("the ids of a violation's span", () => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";

  it("are the same on every attempt, and stay the same from release to release", () => {
    expect(violationSpanIds("slow-db", 1, traceId)).to.deep.equal(violationSpanIds("slow-db", 1, traceId));
    expect(violationSpanIds("slow-db", 1, traceId)).to.deep.equal({
      traceId: "7eec40436eb503f310c5a6d6880c4fe0",
      spanId: "4a4e789a137bb3b0",
    });
  });

  it("differ by rule, by version and by trace", () => {
    const ids = [
      violationSpanIds("slow-db", 1, traceId),
      violationSpanIds("slow-db", 11, traceId),
      violationSpanIds("slow-db1", 1, traceId),
      violationSpanIds("slow-db", 1, traceId.replace("0a", "0b")),
    ];
    expect(new Set(ids.map((id) => id.traceId)).size).to.equal(4);
    expect(new Set(ids.map((id) => id.spanId)).size).to.equal(4);
  });

  it("are 32 and 16 lower-case hex digits", () => {
    const { traceId: own, spanId } = violationSpanIds("r", 1, traceId);
    expect(own).to.match(/^[0-9a-f]{32}$/);
    expect(spanId).to.match(/^[0-9a-f]{16}$/);
  });
});
