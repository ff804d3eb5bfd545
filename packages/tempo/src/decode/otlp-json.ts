import type { AttributeScalar, AttributeValue, Span, SpanField } from "@betrace/contracts";
import {
  type OtlpAttribute,
  type OtlpDocument,
  OtlpJsonError,
  type OtlpSpan,
  type OtlpValue,
  parseJson,
  readOtlpJson,
} from "@betrace/otlp-json";
import { protocolError } from "../client/error.js";
import type { TraceAnswer } from "./otlp-protobuf.js";
import {
  asSearchSees,
  durationOf,
  type Keys,
  kindOf,
  serviceOf,
  statusOf,
  type Wanted,
  wantedBy,
  withoutEmptyService,
} from "./otlp-span.js";
import { tooManySpans } from "./too-many-spans.js";

/** Decodes the JSON form of a trace by id. More than `maxSpans` throw `too_large`. */
export function decodeTraceJson(body: Buffer, wanted: Wanted, maxSpans = Number.POSITIVE_INFINITY): TraceAnswer {
  try {
    // For people to look at, too: whatever Tempo took in has a time.
    const document = readOtlpJson(parseJson(body), { startsBeforeNs: "any" });
    const spans: Span[] = [];
    for (const { span } of spansOf(document, wanted)) {
      if (spans.length === maxSpans) throw tooManySpans(maxSpans);
      spans.push(span);
    }
    return { spans, partial: document.partial, message: document.message };
  } catch (error) {
    if (!(error instanceof OtlpJsonError)) throw error;
    throw protocolError(`Malformed JSON from Tempo: ${error.message}.`, error);
  }
}

/** A span of an export, with the trace it belongs to. */
export interface ExportedSpan {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  readonly span: Span;
}

/** What one OTLP/JSON document holds for a rule. */
export interface ExportedSpans extends Omit<OtlpDocument, "resourceSpans"> {
  readonly spans: readonly ExportedSpan[];
}

/**
 * The spans of one OTLP/JSON document, or of a list of them, with the attributes that `fields` read. What is a
 * document, and what of it is refused: see `readOtlpJson`. Takes a text, or what `parseJson` made of one. Throws
 * `OtlpJsonError` with the place in the document.
 */
export function decodeOtlpJson(document: Uint8Array | object, fields: readonly SpanField[]): ExportedSpans {
  const read = readOtlpJson(document instanceof Uint8Array ? parseJson(document) : document);
  const { partial, message, otherSignals } = read;
  return { spans: [...spansOf(read, wantedBy(fields))], partial, message, otherSignals };
}

function* spansOf({ resourceSpans }: OtlpDocument, wanted: Wanted): Generator<ExportedSpan> {
  for (const group of resourceSpans) {
    const resource = withoutEmptyService(attributes(group.resource.attributes, "resource", wanted.resource));
    for (const { spans } of group.scopeSpans) {
      for (const span of spans) yield { traceId: span.traceId, span: asSpan(span, wanted, resource) };
    }
  }
}

function asSpan(span: OtlpSpan, wanted: Wanted, resource: ReadonlyMap<string, AttributeValue>): Span {
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    service: serviceOf(resource),
    kind: kindOf(span.kind),
    status: statusOf(span.statusCode),
    statusMessage: span.statusMessage,
    startNs: span.startNs,
    durationNs: durationOf(span.startNs, span.endNs),
    attributes: attributes(span.attributes, "span", wanted.attributes),
    resource,
  };
}

function attributes(
  pairs: readonly OtlpAttribute[],
  scope: "span" | "resource",
  keys: Keys,
): Map<string, AttributeValue> {
  const map = new Map<string, AttributeValue>();
  for (const { key, value } of pairs) {
    if (!keys.has(key)) continue;
    const seen = asSearchSees(scope, key, attributeValueOf(value));
    if (seen !== undefined) map.set(key, seen);
  }
  return map;
}

/**
 * `null` for an array that mixes integers and doubles: here they look alike, and Tempo treats it as any mixed array.
 */
function attributeValueOf(value: OtlpValue): AttributeValue {
  if (!isList(value)) return scalarOf(value);
  const has = (type: string) => value.some((element) => typeof element === type);
  return has("bigint") && has("number") ? null : value.map(scalarOf);
}

function scalarOf(value: OtlpValue): AttributeScalar {
  if (typeof value === "object") return null;
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const isList = (value: OtlpValue): value is readonly OtlpValue[] => Array.isArray(value);
