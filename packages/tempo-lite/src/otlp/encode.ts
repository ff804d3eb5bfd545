import protobuf from "protobufjs";
import {
  CompositeValue,
  type StoredAttributes,
  type StoredOrigin,
  type StoredSpan,
  type TraceRow,
} from "../store/model.js";
import type { ReceivedSpan } from "./decode.js";
import { writeAnyValue, writeBytes, writeFixed64, writeText, writeUint32 } from "../wire.js";
import { traceSchema } from "./schema.js";

/** The whole trace as `tempopb.Trace`: every span as it was received, grouped by resource and scope. */
export function encodeWholeTrace(row: TraceRow): Uint8Array {
  return encodeReceived(row.spans.map((span) => ({ traceId: row.traceId, span })));
}

/** Spans as `tempopb.Trace`, which is an `ExportTraceServiceRequest` on the wire. */
export function encodeReceived(received: readonly ReceivedSpan[]): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const [resource, scopes] of grouped(received)) {
    writer.uint32(0x0a).fork();
    writeBytes(writer, 1, resource.encoded);
    for (const [scope, spans] of scopes) {
      writer.uint32(0x12).fork();
      if (scope.encoded.length > 0) writeBytes(writer, 1, scope.encoded);
      for (const { traceId, span } of spans) writeBytes(writer, 2, encodeSpan(span, Buffer.from(traceId, "hex")));
      writer.ldelim();
    }
    writer.ldelim();
  }
  return writer.finish();
}

/** `tempopb.Trace` in protobuf's JSON: ids in base64, 64-bit numbers as strings, enums by name. */
export function traceJson(encoded: Uint8Array): { resourceSpans?: unknown[] } {
  const { trace } = traceSchema();
  return trace.toObject(trace.decode(encoded), { longs: String, enums: String, bytes: String, json: true });
}

type Scopes = Map<StoredOrigin, ReceivedSpan[]>;

function grouped(received: readonly ReceivedSpan[]): Map<StoredOrigin, Scopes> {
  const byResource = new Map<StoredOrigin, Scopes>();
  for (const one of received) {
    const { span } = one;
    const scopes = byResource.get(span.resource) ?? (new Map() as Scopes);
    byResource.set(span.resource, scopes);
    const list = scopes.get(span.scope) ?? [];
    scopes.set(span.scope, list);
    list.push(one);
  }
  return byResource;
}

function encodeSpan(span: StoredSpan, traceId: Uint8Array): Uint8Array {
  const writer = protobuf.Writer.create();
  writeBytes(writer, 1, traceId);
  writeBytes(writer, 2, Buffer.from(span.spanId, "hex"));
  if (span.parentSpanId !== "") writeBytes(writer, 4, Buffer.from(span.parentSpanId, "hex"));
  writeText(writer, 5, span.name);
  writeUint32(writer, 6, span.kind);
  writeFixed64(writer, 7, span.startNs);
  writeFixed64(writer, 8, span.endNs);
  writeAttributes(writer, 9, span.attributes);
  writer.uint32(0x7a).fork();
  writeText(writer, 2, span.statusMessage);
  writeUint32(writer, 3, span.statusCode);
  writer.ldelim();
  const head = writer.finish();
  return span.rest === undefined ? head : Buffer.concat([head, span.rest]);
}

/** `KeyValue`s under a field of the message that the writer is in. */
export function writeAttributes(writer: protobuf.Writer, field: number, attributes: StoredAttributes): void {
  for (const [at, key] of attributes.keys.entries()) {
    const value = attributes.values[at];
    if (value === undefined) continue;
    writer.uint32((field << 3) | 2).fork();
    writeText(writer, 1, key);
    if (value instanceof CompositeValue) {
      if (value.encoded.length > 0) writeBytes(writer, 2, value.encoded);
    } else {
      writer.uint32(0x12).fork();
      writeAnyValue(writer, value);
      writer.ldelim();
    }
    writer.ldelim();
  }
}
