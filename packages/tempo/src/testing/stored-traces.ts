import type { AttributeScalar, AttributeValue, Span, SpanKind } from "@betrace/contracts";

/** A trace as a test stores it; the truth that a scan is compared with. */
export interface TrueTrace {
  readonly traceId: string;
  readonly spans: readonly Span[];
}

const KINDS: readonly SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];

/** Sends traces over OTLP/HTTP in JSON and resolves when they were taken. */
export async function sendTraces(otlpUrl: string, traces: readonly TrueTrace[]): Promise<void> {
  for (let at = 0; at < traces.length; at += 500) {
    const resourceSpans = traces.slice(at, at + 500).flatMap(({ traceId, spans }) =>
      spans.map((span) => ({
        resource: { attributes: keyValues(span.resource) },
        scopeSpans: [{ spans: [otlpSpan(traceId, span)] }],
      })),
    );
    const response = await fetch(`${otlpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ resourceSpans }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`OTLP answered ${response.status}: ${text.slice(0, 200)}`);
  }
}

function otlpSpan(traceId: string, span: Span): object {
  return {
    traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === "" ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: KINDS.indexOf(span.kind),
    startTimeUnixNano: String(span.startNs),
    endTimeUnixNano: String(span.startNs + span.durationNs),
    attributes: keyValues(span.attributes),
    status: { code: ["unset", "ok", "error"].indexOf(span.status), message: span.statusMessage },
  };
}

function keyValues(attributes: ReadonlyMap<string, AttributeValue>): object[] {
  return [...attributes].map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue): object {
  if (typeof value === "object" && value !== null) return { arrayValue: { values: value.map((one) => anyValue(one)) } };
  return scalar(value);
}

function scalar(value: AttributeScalar): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "bigint") return { intValue: String(value) };
  if (typeof value === "number") return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return {};
}

/** Repeatable random numbers (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Random traces with the awkward parts of real ones: ids with leading zeros, spans of one id (a client's and a server's),
 * copies, arrays, an attribute of one name in both scopes or named like an intrinsic, well-known attributes of another type.
 * Starts are spread over `seconds` from `startSeconds`.
 */
export function randomTraces(random: () => number, many: number, startSeconds: number, seconds: number): TrueTrace[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
  return Array.from({ length: many }, () => {
    const traceId = (random() < 0.2 ? hex(22) : hex(32)).padStart(32, "0").replace(/^0{32}$/, "1".padStart(32, "0"));
    const firstNs = BigInt(startSeconds) * 1_000_000_000n + BigInt(Math.floor(random() * seconds * 1e9));
    const spans: Span[] = [];
    const spanCount = 1 + Math.floor(random() * 5);
    for (let i = 0; i < spanCount; i++) {
      const attributes = new Map<string, AttributeValue>();
      if (random() < 0.4) attributes.set("user.region", pick(["eu-west-1", "us-east-1", "nil"]));
      if (random() < 0.4) attributes.set("http.status_code", pick<AttributeValue>([200, 500, "500"]));
      if (random() < 0.3) attributes.set("amount", pick<AttributeValue>([1, 1.5, -7, 9007199254740993n, ["a", "b"]]));
      if (random() < 0.2) attributes.set("kind", pick<AttributeValue>(["gold", "silver"]));
      if (random() < 0.2) attributes.set("ok", random() < 0.5);
      const resource = new Map<string, AttributeValue>([["service.name", pick(["gateway", "db", "cart"])]]);
      if (random() < 0.3) resource.set("user.region", pick(["eu-west-1", "mars"]));
      spans.push({
        spanId: hex(15).padStart(16, "1"),
        parentSpanId: i === 0 ? "" : (spans[Math.floor(random() * i)]?.spanId ?? ""),
        name: pick(["db.query", "retry", "checkout", "GET /"]),
        service: String(resource.get("service.name")),
        kind: pick(KINDS.slice(1)),
        status: pick(["unset", "ok", "error"]),
        statusMessage: "",
        startNs: firstNs + BigInt(i === 0 ? 0 : Math.floor(random() * 3e9)),
        durationNs: BigInt(Math.floor(random() * 2e9)),
        attributes,
        resource,
      });
    }
    const shared = spans.find((span) => span.kind === "client");
    if (shared !== undefined && random() < 0.3)
      spans.push({ ...shared, kind: "server", name: "shared", durationNs: 5n });
    const copied = spans[0];
    if (copied !== undefined && random() < 0.2) spans.push(copied);
    return { traceId, spans };
  });
}
