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
  [({ traceId, id }) => isText(traceId) && isText(id), `this is Zipkin's JSON. ${asOtlp}`],
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
      has(context, "trace_id") || (isText(name) && (trace_id ?? traceId) !== undefined),
    `this is a span by itself, as console exporters print it. ${asOtlp}`,
  ],
  [
    ({ traces }) => Array.isArray(traces) && traces.some((one) => has(one, "rootTraceName") || has(one, "traceID")),
    "this is an answer of Tempo's search, which has only some of the spans; take each trace by its id: /api/v2/traces/ID",
  ],
  [
    ({ result }) => has(result, "resourceSpans"),
    unwrap("an answer of Jaeger's /api/v3, which wraps OTLP", "jq -c .result"),
  ],
  [
    ({ log, stream }) => isText(log) && isText(stream),
    unwrap("a container's log, which wraps what it said", "jq -r .log"),
  ],
  [
    ({ MESSAGE, __REALTIME_TIMESTAMP }) => isText(MESSAGE) && isText(__REALTIME_TIMESTAMP),
    unwrap("journald's JSON", "jq -r .MESSAGE"),
  ],
  [
    ({ value, Count }) => Array.isArray(value) && typeof Count === "number",
    unwrap("a list as PowerShell writes it", "jq -c '.value[]'"),
  ],
  [({ line, labels }) => isText(line) && labels !== undefined, unwrap("a log that Loki gave out", "jq -r .line")],
];

function unwrap(what: string, command: string): string {
  return `this is ${what}; ${piped(command)}`;
}

function piped(command: string): string {
  return `take it out: ${command} FILE | betrace replay --rule-file RULES --traces -`;
}

/** What to do about text that stands where a document should begin; undefined where that is not known. */
export function foreignText(text: string, isInList: boolean): string | undefined {
  if (/^"\s*[{[]/.test(text)) return `this is JSON within a string; ${piped(isInList ? "jq -r '.[]'" : "jq -r .")}`;
  if (/^[^,{][^{]*\{\s*"/.test(text)) return `if a log's own words stand before the JSON, ${piped("sed 's/^[^{]*//'")}`;
  return undefined;
}

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

const isText = (value: unknown): boolean => typeof value === "string";

function has(value: unknown, key: string): boolean {
  return typeof value === "object" && value !== null && key in value;
}

function isTrace(value: unknown): boolean {
  return has(value, "traceID") && has(value, "spans") && has(value, "processes");
}
