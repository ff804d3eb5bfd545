type Keys = Readonly<Record<string, unknown>>;

const asOtlp = "BeTrace reads OTLP/JSON: send it through an OpenTelemetry Collector, or take the trace from Tempo";

/** Formats that neighbouring tools write, told by the names in them. */
const FORMATS: readonly (readonly [has: (keys: Keys) => boolean, name: string])[] = [
  [({ data }) => isTrace(data) || (Array.isArray(data) && data.some(isTrace)), `this is Jaeger's JSON. ${asOtlp}`],
  [isTrace, `this is Jaeger's JSON. ${asOtlp}`],
  [
    ({ _source, operationName }) => operationName !== undefined || has(_source, "operationName"),
    `this is Jaeger's JSON. ${asOtlp}`,
  ],
  [({ traceId, id }) => typeof traceId === "string" && typeof id === "string", `this is Zipkin's JSON. ${asOtlp}`],
  [
    ({ trace_id, span_id, meta, metrics }) =>
      trace_id !== undefined && span_id !== undefined && (meta ?? metrics) !== undefined,
    `this is Datadog's JSON. ${asOtlp}`,
  ],
  [
    ({ SpanContext }) => SpanContext !== undefined,
    `this is what OpenTelemetry's stdout exporter for Go prints. ${asOtlp}`,
  ],
  [
    ({ context, trace_id, traceId, name }) =>
      has(context, "trace_id") || (typeof name === "string" && (trace_id ?? traceId) !== undefined),
    `this is a span by itself, as console exporters print it. ${asOtlp}`,
  ],
  [
    ({ traces }) => Array.isArray(traces) && traces.some((one) => has(one, "rootTraceName") || has(one, "traceID")),
    "this is an answer of Tempo's search, which has only some of the spans; take each trace by its id: /api/v2/traces/ID",
  ],
];

/** What a document is that is no OTLP/JSON, and what to do, in words; undefined where that is not known. */
export function foreignFormat(bytes: Buffer): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
  const first: unknown = Array.isArray(json) ? json.flat()[0] : json;
  if (typeof first !== "object" || first === null) return undefined;
  return FORMATS.find(([is]) => is(first as Keys))?.[1];
}

function has(value: unknown, key: string): boolean {
  return typeof value === "object" && value !== null && key in value;
}

function isTrace(value: unknown): boolean {
  return has(value, "traceID") && has(value, "spans") && has(value, "processes");
}
