import type { AttributeValue, Span, SpanKind, SpanStatus, Trace } from "@betrace/contracts";
import { VIOLATION_MARKER_ATTRIBUTE, VIOLATION_SPAN_NAME } from "@betrace/contracts";
import type { Random } from "./random.js";
import { ingested, ingestedText, otlpValue, type Value } from "./value.js";
import { DECIMALS, INTEGERS, KEYS, MESSAGES, NAMES, RESOURCE_KEYS, SERVICES, TEXTS } from "./vocabulary.js";

export const KINDS: readonly SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];
export const STATUSES: readonly SpanStatus[] = ["unset", "ok", "error"];

/** A span as it is sent. */
export interface SentSpan {
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  readonly startNs: bigint;
  /** Negative where the span ends before it starts. */
  readonly durationNs: bigint;
  readonly attributes: ReadonlyMap<string, Value>;
  readonly resource: ReadonlyMap<string, Value>;
  /** Which of two batches brings it. */
  readonly batch: 0 | 1;
}

export interface SentTrace {
  readonly traceId: string;
  readonly spans: readonly SentSpan[];
}

/** Traces of all shapes, whose first spans start in `[startNs, startNs + rangeNs)`; no part of one begins more than four minutes after another has ended. */
export function anyTraces(random: Random, many: number, startNs: bigint, rangeNs: bigint): SentTrace[] {
  const crowded = startNs + (rangeNs / 3_000_000_000n) * 1_000_000_000n;
  const starts: bigint[] = [];
  return Array.from({ length: many }, () => {
    const firstNs = random.weighted<bigint>([
      [80, () => startNs + (rangeNs * BigInt(Math.floor(random.next() * 1e9))) / 1_000_000_000n],
      [10, () => crowded + BigInt(random.int(0, 999_999_999))],
      [4, () => startNs + BigInt(random.int(0, Number(rangeNs / 1_000_000_000n) - 1)) * 1_000_000_000n],
      [6, () => (starts.length === 0 ? startNs : random.pick(starts))],
    ]);
    starts.push(firstNs);
    return anyTrace(random, firstNs);
  });
}

function anyTrace(random: Random, firstNs: bigint): SentTrace {
  const traceId = (random.chance(0.15) ? random.hex(random.pick([15, 16, 22, 31])) : random.hex(32)).padStart(32, "0");
  const resources = Array.from({ length: random.int(1, 3) }, () => anyResource(random));
  const count = random.weighted([
    [60, () => random.int(1, 6)],
    [28, () => random.int(7, 25)],
    [10, () => random.int(26, 90)],
    [2, () => random.int(91, 400)],
  ]);
  const shape = random.pick(["tree", "tree", "tree", "chain", "no root", "many roots", "cycle"] as const);
  const reachNs = random.weighted([
    [75, () => 3_000_000_000],
    [10, () => 0],
    [10, () => 60_000_000_000],
    [5, () => 235_000_000_000],
  ]);
  // The trace's own words repeat, so that counts go beyond one.
  const names = Array.from({ length: random.int(1, 4) }, () => random.pick(NAMES));
  const ids = Array.from({ length: count }, (_, at) =>
    (random.hex(random.pick([8, 12, 13, 13])) + (at + 1).toString(16).padStart(3, "0")).padStart(16, "0"),
  );
  const spans: SentSpan[] = [];
  for (const [at, spanId] of ids.entries()) {
    const offset =
      at === (shape === "tree" ? count - 1 : 0) ? 0 : random.chance(0.1) ? 0 : Math.floor(random.next() * reachNs);
    spans.push({
      spanId,
      parentSpanId: parentOf(random, shape, ids, at),
      name: random.chance(0.01) ? `long ${"n".repeat(3_000)}` : random.pick(names),
      kind: random.pick(KINDS),
      status: random.pick(["unset", "unset", "ok", "error"] as const),
      statusMessage: random.pick(MESSAGES),
      startNs: firstNs + BigInt(offset),
      durationNs: anyDuration(random),
      attributes: anyAttributes(random),
      resource: random.pick(resources),
      batch: random.chance(0.5) ? 1 : 0,
    });
  }
  return { traceId, spans: withTwins(random, spans) };
}

type Shape = "tree" | "chain" | "no root" | "many roots" | "cycle";

function parentOf(random: Random, shape: Shape, ids: readonly string[], at: number): string {
  const before = at === 0 ? "" : (ids[random.int(0, at - 1)] ?? "");
  switch (shape) {
    case "tree":
      return before;
    case "chain":
      return ids[at - 1] ?? "";
    case "no root":
      return at === 0 ? "00000000000000fe" : before;
    case "many roots":
      return random.chance(0.4) ? "" : before;
    case "cycle":
      return ids[(at + 1) % ids.length] ?? "";
  }
}

/** Copies as at-least-once ingest makes them, a client's and a server's span of one id, and spans that BeTrace wrote. */
function withTwins(random: Random, spans: readonly SentSpan[]): SentSpan[] {
  const all: SentSpan[] = [];
  for (const span of spans) {
    all.push(span);
    if (random.chance(0.03)) all.push({ ...span, batch: span.batch === 0 ? 1 : 0 });
    if (random.chance(0.02)) all.push(span);
    if (span.kind === "client" && random.chance(0.2)) {
      const name = random.pick(NAMES);
      all.push({ ...span, kind: "server", name, attributes: anyAttributes(random), durationNs: anyDuration(random) });
    }
  }
  const marked = (span: SentSpan): SentSpan => ({
    ...span,
    spanId: random.hex(16),
    attributes: new Map([...span.attributes, [VIOLATION_MARKER_ATTRIBUTE, { type: "string", value: "earlier" }]]),
  });
  const own = (span: SentSpan): SentSpan => ({ ...marked(span), name: VIOLATION_SPAN_NAME, parentSpanId: "" });
  if (random.chance(0.03)) all.push(...all.slice(0, random.int(1, 3)).map(random.chance(0.5) ? own : marked));
  return random.chance(0.01) ? all.map(own) : all;
}

function anyDuration(random: Random): bigint {
  return random.weighted<bigint>([
    [10, () => BigInt(random.int(1, 2_000_000_000))],
    [3, () => random.pick([0n, 1n, 500n, 1_000n, 10_000_000n, 999_999_999n, 1_000_000_000n, 1_500_000_000n])],
    [1, () => random.pick([20_000_000_000n, 90_000_000_000n])],
    [0.3, () => random.pick([-1n, -2_000_000_000n])],
  ]);
}

function anyResource(random: Random): ReadonlyMap<string, Value> {
  const resource = new Map<string, Value>();
  random.weighted([
    [30, () => resource.set("service.name", { type: "string", value: random.pick(SERVICES) })],
    [1, () => resource],
    [1, () => resource.set("service.name", { type: "string", value: "" })],
    [0.5, () => resource.set("service.name", { type: "int", value: 7n })],
  ]);
  for (let left = random.int(0, 2); left > 0; left--) resource.set(random.pick(RESOURCE_KEYS), anyValue(random));
  return resource;
}

function anyAttributes(random: Random): ReadonlyMap<string, Value> {
  const attributes = new Map<string, Value>();
  for (let left = random.int(0, 4); left > 0; left--) attributes.set(random.pick(KEYS), anyValue(random));
  return attributes;
}

function anyValue(random: Random): Value {
  const text = (): Value => ({ type: "string", value: random.pick(TEXTS) });
  const integer = (): Value => ({ type: "int", value: random.pick(INTEGERS) });
  const decimal = (): Value => ({ type: "double", value: random.pick(DECIMALS) });
  const boolean = (): Value => ({ type: "boolean", value: random.chance(0.5) });
  return random.weighted<Value>([
    [10, text],
    [7, integer],
    [4, decimal],
    [3, boolean],
    [0.4, () => ({ type: "string", value: random.pick(LONG_TEXTS) })],
    [3, () => arrayOf(random.pick([text, text, integer, decimal, boolean]), random.int(1, 4))],
    [
      0.3,
      () => ({
        type: "array",
        elements: [random.pick(LONG_TEXTS), "a"].map((value): Value => ({ type: "string", value })),
      }),
    ],
    [0.3, () => ({ type: "array", elements: [integer(), decimal(), ...(random.chance(0.5) ? [text()] : [])] })],
    [0.2, () => ({ type: "array", elements: [] })],
    [0.2, () => ({ type: "array", elements: [arrayOf(integer, 2)] })],
    [0.4, () => ({ type: random.pick(["bytes", "map", "nothing"] as const) })],
  ]);
}

function arrayOf(make: () => Value, many: number): Value {
  return { type: "array", elements: Array.from({ length: many }, make) };
}

/** Around the length at which Tempo cuts: just below, at, in the middle of a character, far beyond. */
export const LONG_TEXTS: readonly string[] = [
  "E".repeat(2_047),
  "E".repeat(2_048),
  `${"E".repeat(2_048)}tail`,
  `${"E".repeat(2_047)}é`,
  "é".repeat(2_000),
  `${"long ".repeat(2_000)}tail`,
];

/** The trace as a rule must see it: all its spans, with what Tempo's lossy ingestion leaves of their attributes. */
export function asIngested({ traceId, spans }: SentTrace): Trace {
  return { traceId, spans: spans.map(spanAsIngested), complete: true };
}

function spanAsIngested(span: SentSpan): Span {
  const resource = mapAsIngested("resource", span.resource);
  const service = resource.get("service.name");
  if (service === "") resource.delete("service.name");
  const { batch: _, ...rest } = span;
  return {
    ...rest,
    service: typeof service === "string" && service !== "" ? service : undefined,
    durationNs: span.durationNs < 0n ? 0n : span.durationNs,
    attributes: mapAsIngested("span", span.attributes),
    resource,
  };
}

function mapAsIngested(scope: "span" | "resource", values: ReadonlyMap<string, Value>): Map<string, AttributeValue> {
  const seen = new Map<string, AttributeValue>();
  for (const [key, value] of values) {
    const left = isHidden(scope, key, value) ? undefined : ingested(value);
    if (left !== undefined) seen.set(ingestedText(key), left);
  }
  return seen;
}

/** Attributes of the vocabulary for which Tempo's blocks have a column: an array of the column's type is in none. */
const COLUMNS: Readonly<Record<string, readonly Value["type"][]>> = {
  "span http.status_code": ["int", "double"],
  "span http.method": ["string"],
  "resource service.name": ["string"],
  "resource cluster": ["string"],
  "resource k8s.pod.name": ["string"],
};

const isHidden = (scope: "span" | "resource", key: string, value: Value): boolean =>
  value.type === "array" && (COLUMNS[`${scope} ${key}`]?.includes(value.elements[0]?.type ?? "nothing") ?? false);

/** `resourceSpans` of OTLP's JSON encoding: the spans of one batch, those of one resource together. */
export function otlpResourceSpans(traces: readonly SentTrace[], batch: 0 | 1 | undefined): object[] {
  const byResource = new Map<ReadonlyMap<string, Value>, object[]>();
  for (const { traceId, spans } of traces) {
    for (const span of spans) {
      if (batch !== undefined && span.batch !== batch) continue;
      const together = byResource.get(span.resource) ?? [];
      byResource.set(span.resource, together);
      together.push(otlpSpan(traceId, span));
    }
  }
  return [...byResource].map(([resource, spans]) => ({
    resource: { attributes: keyValues(resource) },
    scopeSpans: [{ scope: { name: "fuzz" }, spans }],
  }));
}

function otlpSpan(traceId: string, span: SentSpan): object {
  return {
    traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === "" ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: KINDS.indexOf(span.kind),
    startTimeUnixNano: String(span.startNs),
    endTimeUnixNano: String(span.startNs + span.durationNs),
    attributes: keyValues(span.attributes),
    status: { code: STATUSES.indexOf(span.status), message: span.statusMessage },
  };
}

const keyValues = (values: ReadonlyMap<string, Value>): object[] =>
  [...values].map(([key, value]) => ({ key, value: otlpValue(value) }));
