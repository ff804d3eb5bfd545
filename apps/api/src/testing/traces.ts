/** One span to send; the first of a trace is its root. */
export interface SentSpan {
  readonly name: string;
  readonly startNs: bigint;
  readonly durationMs: number;
  /** `orders` by default. */
  readonly service?: string;
  readonly attributes?: Readonly<Record<string, SentValue | readonly SentValue[]>>;
}
type SentValue = string | boolean | bigint;

/** Sends traces as OTLP/JSON; `traces[i]` gets the trace id {@link traceIdOf}(i). */
export async function sendTraces(otlpUrl: string, traces: readonly (readonly SentSpan[])[]): Promise<void> {
  const sent = traces.flatMap((trace, index) =>
    trace.map((span, position) => ({ service: span.service ?? "orders", span: toOtlp(span, index, position) })),
  );
  const resourceSpans = [...new Set(sent.map(({ service }) => service))].map((service) => ({
    resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
    scopeSpans: [{ spans: sent.filter((one) => one.service === service).map(({ span }) => span) }],
  }));
  const answer = await fetch(`${otlpUrl}/v1/traces`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ resourceSpans }),
  });
  if (!answer.ok) throw new Error(`traces were not taken: ${answer.status} ${await answer.text()}`);
}

function toOtlp(span: SentSpan, index: number, position: number) {
  return {
    traceId: traceIdOf(index),
    spanId: spanIdOf(index, position),
    parentSpanId: position === 0 ? "" : spanIdOf(index, 0),
    name: span.name,
    kind: 2,
    startTimeUnixNano: span.startNs.toString(),
    endTimeUnixNano: (span.startNs + BigInt(span.durationMs) * 1_000_000n).toString(),
    attributes: Object.entries(span.attributes ?? {}).map(([key, value]) => ({ key, value: anyValue(value) })),
  };
}

function anyValue(value: SentValue | readonly SentValue[]): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "bigint") return { intValue: value.toString() };
  return { arrayValue: { values: value.map(anyValue) } };
}

export function traceIdOf(index: number): string {
  return (0xa00000 + index).toString(16).padStart(32, "b");
}

export function spanIdOf(index: number, position: number): string {
  return (0xc0000 + index * 16 + position).toString(16).padStart(16, "d");
}
