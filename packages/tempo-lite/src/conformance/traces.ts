import { array, bool, double, type FixtureTrace, int, text } from "./fixture.js";

const SECOND = 1_000_000_000n;

/** What every case is asked of. A span's label says what is special about it. */
export const TRACES: readonly FixtureTrace[] = [
  {
    label: "values",
    resource: { tier: text("gold"), weight: int(7), v: text("of-resource"), "k8s.pod.name": text("pod-1") },
    spans: [
      { label: "int5", attributes: { v: int(5) } },
      { label: "double5", attributes: { v: double(5) } },
      { label: "double2_5", attributes: { v: double(2.5), w: double(2.5) } },
      { label: "text5", attributes: { v: text("5") } },
      { label: "abc", attributes: { v: text("abc"), "a b": text("spaced"), "dotted.key": text("d") } },
      { label: "empty", attributes: { v: text("") } },
      { label: "newline", attributes: { v: text("a\nb") } },
      { label: "unicode", attributes: { v: text("ä€😀") } },
      { label: "quote", attributes: { v: text('say "hi" \\ `tick`') } },
      { label: "yes", attributes: { v: bool(true) } },
      { label: "no", attributes: { v: bool(false) } },
      { label: "texts", attributes: { v: array(text("abc"), text("zed")) } },
      { label: "ints", attributes: { v: array(int(1), int(9)) } },
      { label: "doubles", attributes: { v: array(double(0.5), double(7.5)) } },
      { label: "single", attributes: { v: array(text("one")) } },
      { label: "mixed", attributes: { v: array(text("abc"), int(5)) } },
      { label: "hollow", attributes: { v: array() } },
      { label: "map", attributes: { v: { kvlistValue: { values: [{ key: "abc", value: text("abc") }] } } } },
      { label: "bytes", attributes: { v: { bytesValue: "YWJj" } } },
      { label: "big", attributes: { v: int("9007199254740993") } },
      { label: "negative", attributes: { v: int(-5) } },
      { label: "none" },
      {
        label: "http",
        attributes: { "http.status_code": int(500), "http.method": text("GET"), "http.url": text("/x") },
      },
      { label: "httpText", attributes: { "http.status_code": text("500") } },
      { label: "fields", attributes: { left: int(3), right: double(3), other: text("3") } },
      { label: "long", attributes: { blob: text(`${"x".repeat(2047)}é, cut in its middle`) } },
    ],
  },
  {
    label: "tree",
    zeros: 3,
    spans: [
      {
        label: "root",
        name: "POST /orders",
        kind: 2,
        durationNs: 5n * SECOND,
        status: { code: 2, message: "boom" },
        more: {
          events: [{ timeUnixNano: "1700000000000000001", name: "retry", attributes: [{ key: "n", value: int(1) }] }],
        },
      },
      { label: "child", parent: "root", kind: 3, startNs: 1_000n, durationNs: 1500n * 1_000_000n, status: { code: 1 } },
      { label: "leaf", parent: "child", kind: 1, startNs: 2_000n, durationNs: 400n },
      { label: "producer", parent: "root", kind: 4, startNs: 3_000n },
      { label: "consumer", parent: "producer", kind: 5, startNs: 4_000n },
    ],
  },
  {
    label: "rootless",
    spans: [{ label: "orphan", parent: "missing", startNs: 10n * SECOND, durationNs: 2n * SECOND + 345_678_901n }],
  },
  {
    label: "wide",
    spans: Array.from({ length: 120 }, (_, at) => ({
      label: `wide${at}`,
      startNs: 20n * SECOND + BigInt(at) * 1000n,
      attributes: { at: int(at), parity: text(at % 2 === 0 ? "even" : "odd") },
    })),
  },
  { label: "late", spans: [{ label: "early500ms", startNs: 1000n * SECOND + 500_000_000n, durationNs: 2n * SECOND }] },
  { label: "instant", spans: [{ label: "zero", startNs: 1100n * SECOND, durationNs: 0n }] },
];
