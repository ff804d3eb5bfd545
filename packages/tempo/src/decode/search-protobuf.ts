import type { Span } from "@betrace/contracts";
import type { Projection } from "../projection.js";
import { padTraceId, type SearchAnswer, type SearchHit } from "./search-answer.js";
import { SpanDraft } from "./span-draft.js";
import { readAnyValue } from "./value.js";
import { BYTES, VARINT, WireReader } from "./wire.js";

/**
 * Decodes `tempopb.SearchResponse` (Tempo `pkg/tempopb/tempo.proto`), reading only what the projection asks for; without
 * one, the spans are skipped altogether. Malformed input throws a `protocol` error.
 */
export function decodeSearchProtobuf(body: Buffer, projection: Projection | undefined): SearchAnswer {
  const reader = new WireReader(body);
  const end = reader.length;
  const draft = new SpanDraft();
  const hits: SearchHit[] = [];
  const metrics = { completedJobs: 0, totalJobs: 0 };
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((1 << 3) | BYTES)) hits.push(readHit(reader, reader.readEnd(end), projection, draft));
    else if (tag === ((2 << 3) | BYTES)) readMetrics(reader, reader.readEnd(end), metrics);
    else reader.skip(tag, end);
  }
  return { hits, ...metrics };
}

function readMetrics(reader: WireReader, end: number, into: { completedJobs: number; totalJobs: number }): void {
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((4 << 3) | VARINT)) into.completedJobs = reader.readVarint32(end);
    else if (tag === ((5 << 3) | VARINT)) into.totalJobs = reader.readVarint32(end);
    else reader.skip(tag, end);
  }
}

function readHit(reader: WireReader, end: number, projection: Projection | undefined, draft: SpanDraft): SearchHit {
  let traceId = "";
  let rootService = "";
  let rootName = "";
  let startNs = 0n;
  let cut = false;
  const spans: Span[] = [];
  // Field 6 repeats the first of field 7 for old readers; it is read only where 7 is absent.
  let oldSetAt = -1;
  let sets = 0;
  draft.nilKeys = undefined;
  draft.ambiguous = false;
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    switch (tag) {
      case (1 << 3) | BYTES:
        traceId = reader.readUniqueString(end);
        break;
      case (2 << 3) | BYTES:
        rootService = reader.readString(end);
        break;
      case (3 << 3) | BYTES:
        rootName = reader.readString(end);
        break;
      case (4 << 3) | VARINT:
        reader.readVarint64(end);
        startNs = reader.unsigned();
        break;
      case (6 << 3) | BYTES:
        oldSetAt = reader.pos;
        reader.skip(tag, end);
        break;
      case (7 << 3) | BYTES:
        sets++;
        if (projection === undefined) reader.skip(tag, end);
        else if (readSet(reader, reader.readEnd(end), projection, draft, spans)) cut = true;
        break;
      default:
        reader.skip(tag, end);
    }
  }
  if (sets === 0 && oldSetAt >= 0 && projection !== undefined) {
    reader.pos = oldSetAt;
    if (readSet(reader, reader.readEnd(end), projection, draft, spans)) cut = true;
    reader.pos = end;
  }
  return {
    traceId: padTraceId(traceId),
    startNs,
    rootService,
    rootName,
    spans,
    cut: cut || draft.ambiguous,
    nilKeys: draft.nilKeys,
  };
}

/** Returns whether more spans matched than the set holds. */
function readSet(reader: WireReader, end: number, projection: Projection, draft: SpanDraft, spans: Span[]): boolean {
  let matched = 0;
  let returned = 0;
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((1 << 3) | BYTES)) {
      spans.push(readSpan(reader, reader.readEnd(end), projection, draft));
      returned++;
    } else if (tag === ((2 << 3) | VARINT)) matched = reader.readVarint32(end);
    else reader.skip(tag, end);
  }
  return matched > returned;
}

function readSpan(reader: WireReader, end: number, projection: Projection, draft: SpanDraft): Span {
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    switch (tag) {
      case (1 << 3) | BYTES:
        draft.spanId = reader.readUniqueString(end).padStart(16, "0");
        break;
      case (2 << 3) | BYTES:
        draft.name = reader.readString(end);
        break;
      case (3 << 3) | VARINT:
        reader.readVarint64(end);
        draft.startNs = reader.unsigned();
        break;
      case (4 << 3) | VARINT:
        reader.readVarint64(end);
        draft.durationNs = reader.unsigned();
        break;
      case (5 << 3) | BYTES:
        readAttribute(reader, reader.readEnd(end), projection, draft);
        break;
      default:
        reader.skip(tag, end);
    }
  }
  return draft.finish();
}

function readAttribute(reader: WireReader, end: number, projection: Projection, draft: SpanDraft): void {
  let key = "";
  let valueAt = -1;
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((1 << 3) | BYTES)) key = reader.readString(end);
    else if (tag === ((2 << 3) | BYTES)) {
      valueAt = reader.pos;
      reader.skip(tag, end);
    } else reader.skip(tag, end);
  }
  const slot = projection.slots.get(key);
  if (slot === undefined) return;
  if (valueAt < 0) {
    draft.put(slot, key, null);
    return;
  }
  reader.pos = valueAt;
  draft.put(slot, key, readAnyValue(reader, reader.readEnd(end)));
  reader.pos = end;
}
