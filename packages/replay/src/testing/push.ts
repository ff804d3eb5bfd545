import type { Trace } from "@betrace/contracts";

/** Sends traces to an OTLP receiver as OTLP/JSON (opentelemetry.io/docs/specs/otlp, JSON Protobuf Encoding: ids in hex). */
export async function pushTraces(otlpUrl: string, traces: readonly Trace[]): Promise<void> {
  const spans = traces.flatMap((trace) =>
    trace.spans.map((span) => ({
      traceId: trace.traceId,
      spanId: span.spanId,
      ...(span.parentSpanId === "" ? {} : { parentSpanId: span.parentSpanId }),
      name: span.name,
      kind: 1,
      startTimeUnixNano: span.startNs.toString(),
      endTimeUnixNano: (span.startNs + span.durationNs).toString(),
    })),
  );
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
  const response = await fetch(`${otlpUrl}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`the receiver answered ${response.status}: ${body}`);
}
