import type { OtlpAttribute, OtlpSpan, ShopDay } from "@betrace/cli";
import type { AttributeValue, Span, SpanKind, Trace } from "@betrace/contracts";

/** The day as the evaluator sees traces: whole, without Tempo in between. */
export function shopTraces(day: ShopDay): Trace[] {
  const traces = new Map<string, Span[]>();
  for (const { resource, scopeSpans } of day.batches.flat()) {
    const attributes = toMap(resource.attributes);
    for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
      const list = traces.get(span.traceId);
      const converted = toSpan(span, attributes);
      if (list === undefined) traces.set(span.traceId, [converted]);
      else list.push(converted);
    }
  }
  return [...traces].map(([traceId, spans]) => ({ traceId, spans, complete: true }));
}

const KINDS: readonly SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];

function toSpan(span: OtlpSpan, resource: ReadonlyMap<string, AttributeValue>): Span {
  const startNs = BigInt(span.startTimeUnixNano);
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? "",
    name: span.name,
    service: String(resource.get("service.name")),
    kind: KINDS[span.kind] ?? "unspecified",
    status: span.status?.code === 2 ? "error" : "unset",
    statusMessage: span.status?.message ?? "",
    startNs,
    durationNs: BigInt(span.endTimeUnixNano) - startNs,
    attributes: toMap(span.attributes),
    resource,
  };
}

function toMap(attributes: readonly OtlpAttribute[]): Map<string, AttributeValue> {
  return new Map(attributes.map(({ key, value }) => [key, plainValue(value)]));
}

function plainValue(value: OtlpAttribute["value"]): AttributeValue {
  if ("stringValue" in value) return value.stringValue;
  return "boolValue" in value ? value.boolValue : Number(value.intValue);
}
