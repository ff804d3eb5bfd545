import { type Span, VIOLATION_SPAN_NAME } from "@betrace/contracts";
import type { Projection, Slot } from "../projection.js";
import { padTraceId, type SearchAnswer, type SearchHit, WRAPPED_MS } from "./search-answer.js";
import { SpanDraft } from "./span-draft.js";
import { readAnyValue } from "./value.js";
import { BYTES, VARINT, WireReader } from "./wire.js";

/**
 * Decodes `tempopb.SearchResponse` (Tempo `pkg/tempopb/tempo.proto`), reading only what the projection asks for; without
 * one, the spans are skipped altogether. Of a trace with more than `maxSpansPerTrace` none are kept. Malformed input throws a
 * `protocol` error.
 */
export function decodeSearchProtobuf(
  body: Buffer,
  projection: Projection | undefined,
  maxSpansPerTrace = Number.POSITIVE_INFINITY,
): SearchAnswer {
  const reader = new WireReader(body);
  const end = reader.length;
  const draft = new SpanDraft();
  const plan = projection === undefined ? undefined : planFor(projection);
  const hits: SearchHit[] = [];
  const metrics = { completedJobs: 0, totalJobs: 0 };
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((1 << 3) | BYTES)) hits.push(readHit(reader, reader.readEnd(end), plan, draft, maxSpansPerTrace));
    else if (tag === ((2 << 3) | BYTES)) readMetrics(reader, reader.readEnd(end), metrics);
    else reader.skip(tag, end);
  }
  return { hits, weight: 0, ...metrics };
}

function readMetrics(reader: WireReader, end: number, into: { completedJobs: number; totalJobs: number }): void {
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((4 << 3) | VARINT)) into.completedJobs = reader.readVarint32(end);
    else if (tag === ((5 << 3) | VARINT)) into.totalJobs = reader.readVarint32(end);
    else reader.skip(tag, end);
  }
}

const OWN_ROOT = [Buffer.from(VIOLATION_SPAN_NAME)];

function readHit(
  reader: WireReader,
  end: number,
  plan: ReadPlan | undefined,
  draft: SpanDraft,
  maxSpans: number,
): SearchHit {
  let traceId = "";
  let startNs = 0n;
  let readWhole = false;
  let matched = 0;
  let cut = false;
  const spans: Span[] = [];
  const readNextSet = (plan: ReadPlan): void => {
    const before = spans.length;
    const inSet = readSet(reader, reader.readEnd(end), plan, draft, spans);
    matched += inSet;
    if (inSet > spans.length - before) cut = true;
  };
  // Field 6 repeats the first of field 7 for old readers; it is read only where 7 is absent.
  let oldSetAt = -1;
  let sets = 0;
  let tooMany = false;
  draft.nilKeys = undefined;
  draft.ambiguous = false;
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    switch (tag) {
      case (1 << 3) | BYTES:
        traceId = reader.readAsciiId(end);
        break;
      case (3 << 3) | BYTES:
        if (reader.matchString(OWN_ROOT, end) === 0) readWhole = true;
        break;
      case (4 << 3) | VARINT:
        reader.readVarint64(end);
        startNs = reader.unsigned();
        break;
      case (5 << 3) | VARINT:
        if (reader.readVarint32(end) >>> 0 >= WRAPPED_MS) readWhole = true;
        break;
      case (6 << 3) | BYTES:
        oldSetAt = reader.pos;
        reader.skip(tag, end);
        break;
      case (7 << 3) | BYTES:
        sets++;
        if (plan === undefined || tooMany) reader.skip(tag, end);
        else readNextSet(plan);
        if (spans.length > maxSpans) {
          tooMany = true;
          spans.length = 0;
        }
        break;
      default:
        reader.skip(tag, end);
    }
  }
  if (sets === 0 && oldSetAt >= 0 && plan !== undefined) {
    reader.pos = oldSetAt;
    readNextSet(plan);
    reader.pos = end;
  }
  return {
    traceId: padTraceId(traceId),
    startNs,
    readWhole,
    spans,
    matched,
    cut: cut || tooMany || draft.ambiguous,
    nilKeys: draft.nilKeys,
    ...(tooMany && { tooMany }),
  };
}

/** Returns how many spans matched; the set may hold fewer. */
function readSet(reader: WireReader, end: number, plan: ReadPlan, draft: SpanDraft, spans: Span[]): number {
  let matched = 0;
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((1 << 3) | BYTES)) {
      spans.push(readSpan(reader, reader.readEnd(end), plan, draft));
    } else if (tag === ((2 << 3) | VARINT)) matched = reader.readVarint32(end);
    else reader.skip(tag, end);
  }
  return matched;
}

function readSpan(reader: WireReader, end: number, plan: ReadPlan, draft: SpanDraft): Span {
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    switch (tag) {
      case (1 << 3) | BYTES:
        draft.spanId = reader.readAsciiId(end).padStart(16, "0");
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
        readAttribute(reader, reader.readEnd(end), plan, draft);
        break;
      default:
        reader.skip(tag, end);
    }
  }
  return draft.finish();
}

function readAttribute(reader: WireReader, end: number, plan: ReadPlan, draft: SpanDraft): void {
  let index = -1;
  let valueAt = -1;
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((1 << 3) | BYTES)) {
      index = reader.matchString(plan.keys, end);
      // The key comes first from every known writer: the value of an unwanted one is not even looked at.
      if (index < 0 && valueAt < 0) {
        reader.pos = end;
        return;
      }
    } else {
      if (tag === ((2 << 3) | BYTES)) valueAt = reader.pos;
      reader.skip(tag, end);
    }
  }
  const entry = plan.entries[index];
  if (entry === undefined) return;
  if (valueAt < 0) {
    draft.put(entry.slot, entry.key, null);
    return;
  }
  reader.pos = valueAt;
  draft.put(entry.slot, entry.key, readAnyValue(reader, reader.readEnd(end)));
  reader.pos = end;
}

/** A projection made ready for matching keys by their bytes. */
interface ReadPlan {
  readonly keys: readonly Uint8Array[];
  readonly entries: readonly { readonly key: string; readonly slot: Slot }[];
}

function planFor(projection: Projection): ReadPlan {
  const entries = [...projection.slots].map(([key, slot]) => ({ key, slot }));
  return { keys: entries.map(({ key }) => Buffer.from(key, "utf8")), entries };
}
