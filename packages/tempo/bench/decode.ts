/**
 * How much faster a search answer is read from protobuf than from JSON: the same 2,000 traces of 8 spans with 12 attributes,
 * of which the rule reads three. Run: `npm run bench decode`
 */
import type { SpanField } from "@betrace/contracts";
import { decodeSearchJson } from "../src/decode/search-json.js";
import { decodeSearchProtobuf } from "../src/decode/search-protobuf.js";
import { projectionsFor } from "../src/projection.js";
import { encode, messages } from "../src/testing/messages.js";

const TRACES = 2000;
const SPANS = 8;
const ROUNDS = 15;

const fields: readonly SpanField[] = [
  { kind: "name" },
  { kind: "status" },
  { kind: "attribute", key: "attribute.3" },
  { kind: "attribute", key: "attribute.4" },
  { kind: "resource", key: "service.name" },
];
const [projection] = projectionsFor(fields, false) ?? [];

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, "0");

function response(numbers: (value: number) => string | number, keys: { string: string; int: string }): object {
  return {
    traces: Array.from({ length: TRACES }, (_unusedTrace, t) => ({
      traceID: `a${hex(t, 31)}`,
      rootServiceName: "gateway",
      rootTraceName: "GET /api/orders",
      startTimeUnixNano: `17637000${hex(t, 4).replace(/\D/g, "1")}000001`.padEnd(19, "0"),
      durationMs: 250,
      spanSets: Array.from({ length: SPANS }, (_unusedSpan, s) => ({
        matched: 1,
        spans: [
          {
            spanID: hex(t * 16 + s, 16),
            name: `operation ${s}`,
            startTimeUnixNano: "1763700001500000001",
            durationNanos: "250000000",
            attributes: [
              { key: "kind", value: { [keys.string]: "server" } },
              { key: "status", value: { [keys.string]: "unset" } },
              { key: "service.name", value: { [keys.string]: `service-${s}` } },
              ...Array.from({ length: 9 }, (_unusedKey, k) => ({
                key: `attribute.${k}`,
                value: k % 3 === 0 ? { [keys.int]: numbers(t * k) } : { [keys.string]: `a value ${(t * k) % 50}` },
              })),
            ],
          },
        ],
        attributes: [{ key: "by(span:id)", value: { [keys.string]: hex(t * 16 + s, 16) } }],
      })),
    })),
    metrics: { completedJobs: 1, totalJobs: 1 },
  };
}

const protobuf = encode(messages().search, response(Number, { string: "string_value", int: "int_value" }));
const json = Buffer.from(JSON.stringify(response(String, { string: "stringValue", int: "intValue" })));

/** Milliseconds of CPU time, the garbage collector's threads included. */
function cpuMs(work: () => number): number {
  const begun = process.cpuUsage();
  if (work() !== TRACES) throw new Error("not all traces were decoded");
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000;
}

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;

/**
 * Spans decoded a second of CPU time, each way for itself, so that each pays for its own garbage. Two baselines: JSON.parse alone,
 * which leaves everything to be decoded yet, and JSON all the way to the same answer.
 */
export function benchDecode(): { readonly what: string; readonly figure: string; readonly ratio?: number }[] {
  const measure = (work: () => number): number => {
    for (let i = 0; i < ROUNDS; i++) work();
    return median(Array.from({ length: ROUNDS }, () => cpuMs(work)));
  };
  const parseOnly = measure(() => JSON.parse(json.toString("utf8")).traces.length);
  const fromJson = measure(() => decodeSearchJson(json, projection).hits.length);
  const fromProtobuf = measure(() => decodeSearchProtobuf(protobuf, projection).hits.length);
  const row = (what: string, ms: number) => ({
    what,
    figure: `${Math.round((TRACES * SPANS * 1_000) / ms).toLocaleString("en-US")} spans/s`,
    ratio: ms / parseOnly,
  });
  const times = (ms: number): string => `${(ms / fromProtobuf).toFixed(1)} times as fast`;
  return [
    row(`JSON.parse alone, ${(json.length / 1e6).toFixed(1)} MB (baseline)`, parseOnly),
    row("JSON.parse and decode", fromJson),
    row(`protobuf, ${(protobuf.length / 1e6).toFixed(1)} MB, decode`, fromProtobuf),
    { what: "protobuf, against JSON.parse alone", figure: times(parseOnly) },
    { what: "protobuf, against JSON.parse and decode", figure: times(fromJson) },
  ];
}
