import type { AttributeValue, Span, SpanField } from "@betrace/contracts";
import { protocolError, TempoError } from "../client/error.js";
import { type JsonObject, object, objects, parseJsonObject, text } from "./json.js";
import type { TraceAnswer } from "./otlp-protobuf.js";
import {
  asSearchSees,
  type Keys,
  kindOf,
  serviceOf,
  statusOf,
  type Wanted,
  wantedBy,
  withoutEmptyService,
} from "./otlp-span.js";
import { parentId } from "./search-answer.js";
import { tooManySpans } from "./too-many-spans.js";
import { anyValueFromJson, uint64FromJson } from "./value.js";

/** Decodes the JSON form of a trace by id: ids in base64, enums as `SPAN_KIND_CLIENT` or as numbers. More than `maxSpans` throw `too_large`. */
export function decodeTraceJson(body: Buffer, wanted: Wanted, maxSpans = Number.POSITIVE_INFINITY): TraceAnswer {
  const json = parseJsonObject(body);
  const trace = json.trace === undefined || json.trace === null ? {} : object(json.trace, "trace");
  const spans: Span[] = [];
  for (const { span } of spansIn(trace, wanted)) {
    if (spans.length === maxSpans) throw tooManySpans(maxSpans);
    spans.push(span);
  }
  return { spans, partial: json.status === "PARTIAL" || json.status === 1, message: text(json.message, "message") };
}

/** A span of an export, with the trace it belongs to. */
export interface ExportedSpan {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  readonly span: Span;
}

/**
 * The spans of one OTLP/JSON document: an `ExportTraceServiceRequest`, or a trace as Tempo answers it (`batches`, or all of it under
 * `trace`). Ids in hex, as OTLP has them, or in base64, as Tempo has them. Throws an Error that says what was expected.
 */
export function decodeOtlpJson(body: Buffer, fields: readonly SpanField[]): readonly ExportedSpan[] {
  try {
    const json = parseJsonObject(body);
    const document = json.trace === undefined || json.trace === null ? json : object(json.trace, "trace");
    if (document.resourceSpans === undefined && document.batches === undefined) {
      throw protocolError("expected an object with resourceSpans (OTLP/JSON), found none");
    }
    return [...spansIn(document, wantedBy(fields))].map(({ json: { traceId }, span }) => {
      const id = hexFromBase64(traceId, "traceId");
      if (id === "") throw protocolError("expected a traceId in every span, found none");
      return { traceId: id.padStart(32, "0"), span };
    });
  } catch (error) {
    if (!(error instanceof TempoError)) throw error;
    // The words are those for an answer; here it is a file's.
    throw new Error(error.message.replace(/^Malformed JSON from Tempo: /, "").replace(" from Tempo", ""));
  }
}

function* spansIn(trace: JsonObject, wanted: Wanted): Generator<{ readonly json: JsonObject; readonly span: Span }> {
  for (const group of objects(trace.resourceSpans ?? trace.batches, "resourceSpans")) {
    const resourceJson =
      group.resource === undefined || group.resource === null ? {} : object(group.resource, "resource");
    const resource = withoutEmptyService(attributes(resourceJson.attributes, "resource", wanted.resource));
    for (const scope of objects(group.scopeSpans, "scopeSpans")) {
      for (const json of objects(scope.spans, "spans")) yield { json, span: readSpan(json, wanted, resource) };
    }
  }
}

function readSpan(json: JsonObject, wanted: Wanted, resource: ReadonlyMap<string, AttributeValue>): Span {
  const startNs = uint64FromJson(json.startTimeUnixNano);
  const endNs = uint64FromJson(json.endTimeUnixNano);
  const status = json.status === undefined || json.status === null ? {} : object(json.status, "status");
  return {
    spanId: hexFromBase64(json.spanId, "spanId").padStart(16, "0"),
    parentSpanId: parentId(hexFromBase64(json.parentSpanId, "parentSpanId")),
    name: text(json.name, "name"),
    service: serviceOf(resource),
    kind: kindOf(
      enumNumber(json.kind, "SPAN_KIND_", ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"]),
    ),
    status: statusOf(enumNumber(status.code, "STATUS_CODE_", ["UNSET", "OK", "ERROR"])),
    statusMessage: text(status.message, "status.message"),
    startNs,
    durationNs: endNs > startNs ? endNs - startNs : 0n,
    attributes: attributes(json.attributes, "span", wanted.attributes),
    resource,
  };
}

function attributes(json: unknown, scope: "span" | "resource", keys: Keys): Map<string, AttributeValue> {
  const map = new Map<string, AttributeValue>();
  for (const pair of objects(json, "attributes")) {
    const key = text(pair.key, "key");
    if (!keys.has(key)) continue;
    const value = asSearchSees(scope, key, anyValueFromJson(pair.value));
    if (value !== undefined) map.set(key, value);
  }
  return map;
}

/** Ids are base64 of 8 or 16 bytes; a writer that sends hex is understood by its length. */
function hexFromBase64(value: unknown, what: string): string {
  const id = text(value, what);
  if (id === "" || /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/.test(id)) return id;
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(id))
    throw protocolError(`Malformed JSON from Tempo: expected ${what} in base64, found ${id.slice(0, 80)}.`);
  return Buffer.from(id, "base64").toString("hex");
}

function enumNumber(value: unknown, prefix: string, names: readonly string[]): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !value.startsWith(prefix)) return 0;
  return Math.max(0, names.indexOf(value.slice(prefix.length)));
}
