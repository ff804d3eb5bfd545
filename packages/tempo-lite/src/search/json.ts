import type { SearchMetrics } from "./encode.js";
import type { FoundSpan, FoundSpanSet, FoundTrace, ShownAttribute } from "./search.js";

/** `tempopb.SearchResponse` in protobuf's JSON, as Tempo writes it: 64-bit numbers are strings, empty fields are left out. */
export function responseJson(traces: readonly FoundTrace[], metrics: SearchMetrics): string {
  return JSON.stringify({ traces: traces.map(traceJson), metrics });
}

function traceJson(trace: FoundTrace): unknown {
  const spanSets = trace.found?.spanSets.map(spanSetJson);
  return {
    traceID: trace.traceId,
    rootServiceName: orAbsent(trace.rootServiceName),
    rootTraceName: orAbsent(trace.rootTraceName),
    startTimeUnixNano: trace.startNs === 0n ? undefined : String(trace.startNs),
    durationMs: trace.durationMs === 0 ? undefined : trace.durationMs,
    spanSet: spanSets?.[0],
    spanSets,
    serviceStats:
      trace.found && Object.fromEntries([...trace.found.serviceStats].map(([name, stats]) => [name, statsJson(stats)])),
  };
}

function statsJson({ spanCount, errorCount }: { spanCount: number; errorCount: number }): unknown {
  return { spanCount, errorCount: errorCount === 0 ? undefined : errorCount };
}

function spanSetJson(spanSet: FoundSpanSet): unknown {
  return {
    spans: spanSet.spans.map(spanJson),
    matched: spanSet.matched,
    attributes: attributesJson(spanSet.attributes),
  };
}

function spanJson(span: FoundSpan): unknown {
  return {
    spanID: span.spanId,
    name: orAbsent(span.name),
    startTimeUnixNano: span.startNs === 0n ? undefined : String(span.startNs),
    durationNanos: span.durationNs === 0n ? undefined : String(span.durationNs),
    attributes: attributesJson(span.attributes),
  };
}

function attributesJson(attributes: readonly ShownAttribute[]): unknown {
  if (attributes.length === 0) return undefined;
  return attributes.map(({ key, value }) => ({ key, value: anyValueJson(value) }));
}

function anyValueJson(value: ShownAttribute["value"]): unknown {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "bigint":
      return { intValue: String(value) };
    case "number":
      return { doubleValue: Number.isFinite(value) ? value : String(value) };
    default:
      return { arrayValue: { values: value.map(anyValueJson) } };
  }
}

function orAbsent(text: string): string | undefined {
  return text === "" ? undefined : text;
}
