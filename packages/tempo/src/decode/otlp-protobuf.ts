import type { AttributeValue, Span } from "@betrace/contracts";
import { protocolError } from "../client/error.js";
import {
  asSearchSees,
  durationOf,
  type Keys,
  kindOf,
  serviceOf,
  statusOf,
  type Wanted,
  withoutEmptyService,
} from "./otlp-span.js";
import { tooManySpans } from "./too-many-spans.js";
import { parentId } from "./search-answer.js";
import { readAnyValue } from "./value.js";
import { BYTES, FIXED64, VARINT, WireReader } from "./wire.js";

/** A trace as the by-id endpoint answered it. */
export interface TraceAnswer {
  readonly spans: readonly Span[];
  /** True where Tempo says that the trace was cut to its size limit. */
  readonly partial: boolean;
  readonly message: string;
}

type Attributes = Map<string, AttributeValue>;

/**
 * Decodes `tempopb.TraceByIDResponse` (`/api/v2/traces/{id}`); fields: 1 trace, 3 status, 4 message. More than `maxSpans` throw
 * `too_large` as soon as they are there.
 */
export function decodeTraceProtobuf(body: Buffer, wanted: Wanted, maxSpans = Number.POSITIVE_INFINITY): TraceAnswer {
  const reader = new WireReader(body);
  const end = reader.length;
  const spans: Span[] = [];
  const into: Spans = {
    push(span) {
      if (spans.length === maxSpans) throw tooManySpans(maxSpans);
      spans.push(span);
    },
  };
  let partial = false;
  let message = "";
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((1 << 3) | BYTES)) readTrace(reader, reader.readEnd(end), wanted, into);
    else if (tag === ((3 << 3) | VARINT)) partial = reader.readVarint32(end) !== 0;
    else if (tag === ((4 << 3) | BYTES)) message = reader.readString(end);
    else reader.skip(tag, end);
  }
  return { spans, partial, message };
}

/** Takes spans as they are read. */
interface Spans {
  push(span: Span): void;
}

function readTrace(reader: WireReader, end: number, wanted: Wanted, spans: Spans): void {
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((1 << 3) | BYTES)) readResourceSpans(reader, reader.readEnd(end), wanted, spans);
    else reader.skip(tag, end);
  }
}

function readResourceSpans(reader: WireReader, end: number, wanted: Wanted, spans: Spans): void {
  const resource: Attributes = new Map();
  // Fields may come in any order and every span needs the resource: the scopes wait until it is known.
  const scopes: number[] = [];
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((1 << 3) | BYTES)) readResource(reader, reader.readEnd(end), wanted, resource);
    else if (tag === ((2 << 3) | BYTES)) {
      scopes.push(reader.pos);
      reader.skip(tag, end);
    } else reader.skip(tag, end);
  }
  withoutEmptyService(resource);
  for (const at of scopes) {
    reader.pos = at;
    readScope(reader, reader.readEnd(end), wanted, resource, spans);
  }
  reader.pos = end;
}

function readResource(reader: WireReader, end: number, wanted: Wanted, into: Attributes): void {
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((1 << 3) | BYTES)) readKeyValue(reader, reader.readEnd(end), "resource", wanted.resource, into);
    else reader.skip(tag, end);
  }
}

function readScope(reader: WireReader, end: number, wanted: Wanted, resource: Attributes, spans: Spans): void {
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((2 << 3) | BYTES)) spans.push(readSpan(reader, reader.readEnd(end), wanted, resource));
    else reader.skip(tag, end);
  }
}

function readSpan(reader: WireReader, end: number, wanted: Wanted, resource: Attributes): Span {
  const attributes: Attributes = new Map();
  let [spanId, parent, name, statusMessage] = ["", "", "", ""];
  let [kind, status] = [0, 0];
  let [startNs, endNs] = [0n, 0n];
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    switch (tag) {
      case (2 << 3) | BYTES:
        spanId = reader.readHex(end);
        break;
      case (4 << 3) | BYTES:
        parent = reader.readHex(end);
        break;
      case (5 << 3) | BYTES:
        name = reader.readString(end);
        break;
      case (6 << 3) | VARINT:
        kind = reader.readVarint32(end);
        break;
      case (7 << 3) | FIXED64:
        reader.readFixed64(end);
        startNs = reader.unsigned();
        break;
      case (8 << 3) | FIXED64:
        reader.readFixed64(end);
        endNs = reader.unsigned();
        break;
      case (9 << 3) | BYTES:
        readKeyValue(reader, reader.readEnd(end), "span", wanted.attributes, attributes);
        break;
      case (15 << 3) | BYTES: {
        const stop = reader.readEnd(end);
        while (reader.pos < stop) {
          const inner = reader.readTag(stop);
          if (inner === ((2 << 3) | BYTES)) statusMessage = reader.readString(stop);
          else if (inner === ((3 << 3) | VARINT)) status = reader.readVarint32(stop);
          else reader.skip(inner, stop);
        }
        break;
      }
      default:
        reader.skip(tag, end);
    }
  }
  return {
    spanId: checkedSpanId(spanId),
    parentSpanId: checkedParentId(parent),
    name,
    service: serviceOf(resource),
    kind: kindOf(kind),
    status: statusOf(status),
    statusMessage,
    startNs,
    durationNs: durationOf(startNs, endNs),
    attributes,
    resource,
  };
}

/** One shorter or longer, or all zero, is never made into another. */
function checkedSpanId(id: string): string {
  if (id.length === 16 && parentId(id) !== "") return id;
  throw protocolError(
    `Malformed protobuf from Tempo: expected a span id of 8 bytes that are not all zero, found "${id.slice(0, 80)}".`,
  );
}

function checkedParentId(id: string): string {
  return parentId(id) === "" ? "" : checkedSpanId(id);
}

function readKeyValue(reader: WireReader, end: number, scope: "span" | "resource", keys: Keys, into: Attributes): void {
  let key = "";
  let valueAt = -1;
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((1 << 3) | BYTES)) key = reader.readString(end);
    else {
      if (tag === ((2 << 3) | BYTES)) valueAt = reader.pos;
      reader.skip(tag, end);
    }
  }
  if (valueAt < 0 || !keys.has(key)) return;
  reader.pos = valueAt;
  const value = asSearchSees(scope, key, readAnyValue(reader, reader.readEnd(end)));
  if (value !== undefined) into.set(key, value);
  reader.pos = end;
}
