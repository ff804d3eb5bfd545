import { type Span, VIOLATION_SPAN_NAME } from "@betrace/contracts";
import { protocolError } from "../client/error.js";
import type { Projection } from "../projection.js";
import { count, type JsonObject, object, objects, parseJsonObject, text } from "./json.js";
import { padTraceId, type SearchAnswer, type SearchHit, WRAPPED_MS } from "./search-answer.js";
import { SpanDraft } from "./span-draft.js";
import { anyValueFromJson, uint64FromJson } from "./value.js";

/** Decodes the JSON form of a search answer, for servers that do not answer searches in protobuf (before 2.10). */
export function decodeSearchJson(body: Buffer, projection: Projection | undefined): SearchAnswer {
  const json = parseJsonObject(body);
  if (json.traces === undefined && json.metrics === undefined) {
    throw protocolError("Expected a search answer, found JSON with neither traces nor metrics.");
  }
  const draft = new SpanDraft();
  const metrics = json.metrics === undefined ? {} : object(json.metrics, "metrics");
  return {
    hits: objects(json.traces, "traces").map((trace) => readHit(trace, projection, draft)),
    weight: 0,
    completedJobs: count(metrics.completedJobs, "completedJobs"),
    totalJobs: count(metrics.totalJobs, "totalJobs"),
  };
}

function readHit(json: JsonObject, projection: Projection | undefined, draft: SpanDraft): SearchHit {
  const spans: Span[] = [];
  let cut = false;
  let allMatched = 0;
  draft.nilKeys = undefined;
  draft.ambiguous = false;
  if (projection !== undefined) {
    const sets = objects(json.spanSets, "spanSets");
    const old = json.spanSet === undefined || json.spanSet === null ? [] : [object(json.spanSet, "spanSet")];
    for (const set of sets.length > 0 ? sets : old) {
      const found = objects(set.spans, "spans");
      for (const span of found) spans.push(readSpan(span, projection, draft));
      const matched = count(set.matched, "matched");
      allMatched += matched;
      if (matched > found.length) cut = true;
    }
  }
  return {
    traceId: padTraceId(text(json.traceID, "traceID")),
    startNs: uint64FromJson(json.startTimeUnixNano),
    readWhole:
      text(json.rootTraceName, "rootTraceName") === VIOLATION_SPAN_NAME ||
      count(json.durationMs, "durationMs") >= WRAPPED_MS,
    spans,
    matched: allMatched,
    cut: cut || draft.ambiguous,
    nilKeys: draft.nilKeys,
  };
}

function readSpan(json: JsonObject, projection: Projection, draft: SpanDraft): Span {
  draft.spanId = text(json.spanID, "spanID").padStart(16, "0");
  draft.name = text(json.name, "name");
  draft.startNs = uint64FromJson(json.startTimeUnixNano);
  draft.durationNs = uint64FromJson(json.durationNanos);
  for (const attribute of objects(json.attributes, "attributes")) {
    const key = text(attribute.key, "key");
    const slot = projection.slots.get(key);
    if (slot !== undefined) draft.put(slot, key, anyValueFromJson(attribute.value));
  }
  return draft.finish();
}
