/** One span to send; the first of a trace is its root. */
export interface SentSpan {
  readonly name: string;
  readonly startNs: bigint;
  readonly durationMs: number;
  readonly attributes?: Readonly<Record<string, string | boolean>>;
}

/** Sends traces as OTLP/JSON; `traces[i]` gets the trace id {@link traceIdOf}(i). */
export async function sendTraces(otlpUrl: string, traces: readonly (readonly SentSpan[])[]): Promise<void> {
  const spans = traces.flatMap((trace, index) =>
    trace.map((span, position) => ({
      traceId: traceIdOf(index),
      spanId: spanIdOf(index, position),
      parentSpanId: position === 0 ? "" : spanIdOf(index, 0),
      name: span.name,
      kind: 2,
      startTimeUnixNano: span.startNs.toString(),
      endTimeUnixNano: (span.startNs + BigInt(span.durationMs) * 1_000_000n).toString(),
      attributes: Object.entries(span.attributes ?? {}).map(([key, value]) => ({
        key,
        value: typeof value === "string" ? { stringValue: value } : { boolValue: value },
      })),
    })),
  );
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "orders" } }] };
  const answer = await fetch(`${otlpUrl}/v1/traces`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
  });
  if (!answer.ok) throw new Error(`traces were not taken: ${answer.status} ${await answer.text()}`);
}

export function traceIdOf(index: number): string {
  return (0xa00000 + index).toString(16).padStart(32, "b");
}

export function spanIdOf(index: number, position: number): string {
  return (0xc0000 + index * 16 + position).toString(16).padStart(16, "d");
}
