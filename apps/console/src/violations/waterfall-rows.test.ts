import { expect } from "chai";
import { type ShownSpan, waterfallRows } from "./waterfall-rows.js";

const span = (span_id: string, parent_span_id: string, startNs: number, durationNs: number): ShownSpan => ({
  span_id,
  parent_span_id,
  name: span_id,
  service: "shop",
  kind: "internal",
  status: "unset",
  status_message: "",
  start_time_unix_nano: String(1_768_141_397_000_000_000n + BigInt(startNs)),
  duration_nano: String(durationNs),
  attributes: {},
  resource_attributes: {},
});
const shape = (spans: readonly ShownSpan[]) =>
  waterfallRows(spans).map((row) => `${"-".repeat(row.depth)}${row.span.name}`);

describe("the waterfall of a trace", () => {
  it("writes children under their parent, in order of start, however the spans came", () => {
    const spans = [
      span("b", "root", 50, 10),
      span("a1", "a", 12, 1),
      span("a", "root", 10, 20),
      span("root", "", 0, 100),
    ];
    expect(shape(spans)).to.deep.equal(["root", "-a", "--a1", "-b"]);
  });

  it("places bars to the nanosecond", () => {
    const [root, child] = waterfallRows([span("root", "", 0, 1_000), span("child", "root", 250, 500)]);
    expect(root).to.include({ from: 0, length: 1 });
    expect(child).to.include({ from: 0.25, length: 0.5, offsetMs: 0.00025 });
  });

  it("reaches from the earliest start to the latest end, wherever those spans stand", () => {
    const [root, early] = waterfallRows([span("root", "", 100, 100), span("early", "root", 0, 400)]);
    expect(root).to.include({ from: 0.25, length: 0.25 });
    expect(early).to.include({ from: 0, length: 1 });
  });

  it("loses no span whose parent is missing, itself, or part of a circle", () => {
    const spans = [span("orphan", "gone", 5, 1), span("own", "own", 6, 1), span("x", "y", 7, 1), span("y", "x", 8, 1)];
    expect(shape(spans)).to.have.members(["orphan", "own", "x", "-y"]);
    expect(waterfallRows(spans)[0]).to.include({ orphan: true });
  });

  it("takes a trace as deep as it is long", () => {
    const deep = Array.from({ length: 20_000 }, (_, i) => span(`s${i}`, i === 0 ? "" : `s${i - 1}`, i, 1));
    expect(waterfallRows(deep).at(-1)).to.include({ depth: 19_999 });
  });

  it("is empty for a trace without spans, and whole for a span that took no time", () => {
    expect(waterfallRows([])).to.deep.equal([]);
    expect(waterfallRows([span("root", "", 0, 0)])).to.have.length(1);
  });
});
