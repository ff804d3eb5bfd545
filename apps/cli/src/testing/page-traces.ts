import { randomBytes } from "node:crypto";
import { attribute, type OtlpResourceSpans, SPAN_KIND, STATUS_ERROR } from "../demo/otlp.js";

/** A span below the root: its name, or more of it. It takes 5 ms by default. */
type Sketch =
  | string
  | {
      readonly name: string;
      readonly ms?: number;
      readonly failed?: boolean;
      readonly attributes?: Readonly<Record<string, string>>;
    };

const MS = 1_000_000n;
const HOUR_NS = 3_600_000n * MS;
const PII = { name: "read", attributes: { "data.classification": "PII" } };
const paid = (region: string): readonly Sketch[] => [
  { name: "payment.process", failed: true },
  { name: "user", attributes: { "user.region": region } },
];

/** What the rules of the user's quick start are about, and how many traces of it there are. */
const TWO_HOURS_AGO: readonly (readonly [times: number, spans: readonly Sketch[]])[] = [
  [7, [{ name: "db.query", ms: 1_500 }]],
  [5, [{ name: "db.query", ms: 1_500 }, "retry"]],
  [9, [{ name: "db.query", ms: 200 }]],
  [2, ["data.access"]],
  [1, ["data.access", "authz.check"]],
  [6, ["authz.check", "data.access"]],
  [3, [PII]],
  [8, [PII, "audit.log"]],
  [2, ["retry", "retry", "retry", "retry"]],
];
const FIVE_DAYS_AGO: typeof TWO_HOURS_AGO = [
  [4, paid("eu-west-1")],
  [3, paid("us-east-1")],
];

/** Traces for the user's quick start, a second apart, with the counts that its replays must give. */
export function pageTraces(nowNs: bigint) {
  const recentNs = nowNs - 2n * HOUR_NS;
  const oldNs = nowNs - 120n * HOUR_NS;
  return {
    resourceSpans: [...tracesFrom(recentNs, TWO_HOURS_AGO), ...tracesFrom(oldNs, FIVE_DAYS_AGO)],
    ofTheLastDay: TWO_HOURS_AGO.reduce((sum, [times]) => sum + times, 0),
    slowWithoutRetry: { count: 7, firstNs: recentNs + 10n * MS },
    failedInEurope: { count: 4, firstNs: oldNs + 10n * MS },
    uncheckedAccess: 3,
    unauditedPii: 3,
    retryStorms: 2,
  };
}

function tracesFrom(startNs: bigint, sketches: typeof TWO_HOURS_AGO): OtlpResourceSpans[] {
  const traces = sketches.flatMap(([times, spans]) => Array.from({ length: times }, () => spans));
  return traces.map((spans, index) => aTrace(startNs + BigInt(index) * 1_000n * MS, spans));
}

/** A root of five seconds, and under it the spans, 10 ms after one another. */
function aTrace(atNs: bigint, below: readonly Sketch[]): OtlpResourceSpans {
  const traceId = randomBytes(16).toString("hex");
  const rootId = randomBytes(8).toString("hex");
  const all: readonly Sketch[] = [{ name: "GET /", ms: 5_000 }, ...below];
  const spans = all.map((sketch, index) => {
    const { name, ms = 5, failed, attributes = {} } = typeof sketch === "string" ? { name: sketch } : sketch;
    const startNs = atNs + BigInt(index * 10) * MS;
    return {
      traceId,
      spanId: index === 0 ? rootId : randomBytes(8).toString("hex"),
      ...(index === 0 ? {} : { parentSpanId: rootId }),
      name,
      kind: SPAN_KIND.internal,
      startTimeUnixNano: String(startNs),
      endTimeUnixNano: String(startNs + BigInt(ms) * MS),
      attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
      ...(failed ? { status: { code: STATUS_ERROR } } : {}),
    };
  });
  return {
    resource: { attributes: [attribute("service.name", "shop")] },
    scopeSpans: [{ scope: { name: "test" }, spans }],
  };
}
