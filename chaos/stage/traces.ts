/** The range that the stage holds: an hour, long settled, on whole minutes. */
export const RANGE_START_NS = 1_784_073_600_000_000_000n;
export const RANGE_SECONDS = 3_600;
export const RANGE_END_NS = RANGE_START_NS + BigInt(RANGE_SECONDS) * 1_000_000_000n;
export const SHARD_SECONDS = 300;
export const TRACES = 360;

export const RULE = 'trace.has(span.name == "db.query") and not trace.has(span.name == "retry")';
/** Every ninth trace queries without a retry. */
export const violates = (n: number) => n % 9 === 4;
export const VIOLATIONS = Array.from({ length: TRACES }, (_, n) => n).filter(violates).length;

/** Ids with leading zeros, and of odd length without them, as Tempo prints them. */
export const traceIdOf = (n: number) => (n * 7 + 1).toString(16).padStart(32, "0");

/** Sends every trace to an OTLP receiver as OTLP/JSON (opentelemetry.io/docs/specs/otlp, JSON Protobuf Encoding). */
export async function sendTraces(otlpUrl: string): Promise<void> {
  const spans = Array.from({ length: TRACES }, (_, n) => {
    const names = ["GET /", "db.query", "render", ...(violates(n) ? [] : ["retry"])];
    const startNs = RANGE_START_NS + (BigInt(n) * BigInt(RANGE_SECONDS) * 1_000_000_000n) / BigInt(TRACES);
    return names.map((name, index) => ({
      traceId: traceIdOf(n),
      spanId: (n * 10 + index + 1).toString(16).padStart(16, "0"),
      ...(index > 0 && { parentSpanId: (n * 10 + 1).toString(16).padStart(16, "0") }),
      name,
      kind: 1,
      startTimeUnixNano: String(startNs + BigInt(index) * 1_000_000n),
      endTimeUnixNano: String(startNs + BigInt(index + 1) * 1_000_000n),
    }));
  }).flat();
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
  const response = await fetch(`${otlpUrl}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
  });
  if (!response.ok) throw new Error(`the receiver answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}
