import type { OtlpAttribute, OtlpResourceSpans, OtlpSpan, OtlpValue } from "@betrace/otlp-json";
import protobuf from "protobufjs";
import { writeAnyValue, writeBytes, writeFixed64, writeText, writeUint32 } from "../wire.js";

/**
 * An `ExportTraceServiceRequest` in protobuf, so that there is one way in (field numbers of opentelemetry-proto
 * `trace/v1`, `common/v1`, `resource/v1`).
 */
export function encodeRequest(groups: Iterable<OtlpResourceSpans>): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const { resource, schemaUrl, scopeSpans } of groups) {
    writer.uint32(0x0a).fork();
    writer.uint32(0x0a).fork();
    writeAttributes(writer, 1, resource.attributes);
    writeUint32(writer, 2, resource.droppedAttributesCount);
    writer.ldelim();
    for (const { scope, schemaUrl, spans } of scopeSpans) {
      writer.uint32(0x12).fork();
      writer.uint32(0x0a).fork();
      writeText(writer, 1, scope.name);
      writeText(writer, 2, scope.version);
      writeAttributes(writer, 3, scope.attributes);
      writeUint32(writer, 4, scope.droppedAttributesCount);
      writer.ldelim();
      for (const span of spans) {
        writer.uint32(0x12).fork();
        writeSpan(writer, span);
        writer.ldelim();
      }
      writeText(writer, 3, schemaUrl);
      writer.ldelim();
    }
    writeText(writer, 3, schemaUrl);
    writer.ldelim();
  }
  return writer.finish();
}

function writeSpan(writer: protobuf.Writer, span: OtlpSpan): void {
  writeId(writer, 1, span.traceId);
  writeId(writer, 2, span.spanId);
  writeText(writer, 3, span.traceState);
  writeId(writer, 4, span.parentSpanId);
  writeText(writer, 5, span.name);
  writeUint32(writer, 6, span.kind);
  writeFixed64(writer, 7, span.startNs);
  writeFixed64(writer, 8, span.endNs);
  writeAttributes(writer, 9, span.attributes);
  writeUint32(writer, 10, span.droppedAttributesCount);
  for (const event of span.events) {
    writer.uint32(0x5a).fork();
    writeFixed64(writer, 1, event.timeNs);
    writeText(writer, 2, event.name);
    writeAttributes(writer, 3, event.attributes);
    writeUint32(writer, 4, event.droppedAttributesCount);
    writer.ldelim();
  }
  writeUint32(writer, 12, span.droppedEventsCount);
  for (const link of span.links) {
    writer.uint32(0x6a).fork();
    writeId(writer, 1, link.traceId);
    writeId(writer, 2, link.spanId);
    writeText(writer, 3, link.traceState);
    writeAttributes(writer, 4, link.attributes);
    writeUint32(writer, 5, link.droppedAttributesCount);
    if (link.flags !== 0) writer.uint32(0x35).fixed32(link.flags);
    writer.ldelim();
  }
  writeUint32(writer, 14, span.droppedLinksCount);
  if (span.statusMessage !== "" || span.statusCode !== 0) {
    writer.uint32(0x7a).fork();
    writeText(writer, 2, span.statusMessage);
    writeUint32(writer, 3, span.statusCode);
    writer.ldelim();
  }
  if (span.flags !== 0) writer.uint32((16 << 3) | 5).fixed32(span.flags);
}

function writeId(writer: protobuf.Writer, field: number, hex: string): void {
  if (hex !== "") writeBytes(writer, field, Buffer.from(hex, "hex"));
}

function writeAttributes(writer: protobuf.Writer, field: number, attributes: readonly OtlpAttribute[]): void {
  for (const { key, value } of attributes) {
    writer.uint32((field << 3) | 2).fork();
    writeText(writer, 1, key);
    writer.uint32(0x12).fork();
    writeValue(writer, value);
    writer.ldelim().ldelim();
  }
}

/** The fields of an `AnyValue`; none for an empty one. */
function writeValue(writer: protobuf.Writer, value: OtlpValue): void {
  if (value === null) return;
  if (typeof value !== "object") writeAnyValue(writer, value);
  else if (value instanceof Uint8Array) writeBytes(writer, 7, value);
  else if (isList(value)) {
    writer.uint32(0x2a).fork();
    for (const element of value) {
      writer.uint32(0x0a).fork();
      writeValue(writer, element);
      writer.ldelim();
    }
    writer.ldelim();
  } else {
    writer.uint32(0x32).fork();
    writeAttributes(writer, 1, value.entries);
    writer.ldelim();
  }
}

const isList = (value: OtlpValue): value is readonly OtlpValue[] => Array.isArray(value);
