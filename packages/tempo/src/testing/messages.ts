import protobuf from "protobufjs";

/**
 * The messages of Tempo's answers, for protobufjs to encode and decode in tests. Field numbers as in Tempo's
 * `pkg/tempopb/tempo.proto` and opentelemetry-proto `common/v1`, `resource/v1`, `trace/v1`; the name of a type is free.
 */
const PROTO = `
syntax = "proto3";
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message FoundSpan { string spanID = 1; string name = 2; uint64 startTimeUnixNano = 3; uint64 durationNanos = 4; repeated KeyValue attributes = 5; }
message SpanSet { repeated FoundSpan spans = 1; uint32 matched = 2; repeated KeyValue attributes = 3; }
message ServiceStats { uint32 spanCount = 1; uint32 errorCount = 2; }
message TraceSearchMetadata { string traceID = 1; string rootServiceName = 2; string rootTraceName = 3; uint64 startTimeUnixNano = 4; uint32 durationMs = 5; SpanSet spanSet = 6; repeated SpanSet spanSets = 7; map<string, ServiceStats> serviceStats = 8; }
message SearchMetrics { uint32 inspectedTraces = 1; uint64 inspectedBytes = 2; uint32 totalBlocks = 3; uint32 completedJobs = 4; uint32 totalJobs = 5; uint64 totalBlockBytes = 6; uint64 inspectedSpans = 7; }
message SearchResponse { repeated TraceSearchMetadata traces = 1; SearchMetrics metrics = 2; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message Scope { string name = 1; string version = 2; }
message Status { string message = 2; int32 code = 3; }
message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; }
message Span { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; uint32 dropped_attributes_count = 10; repeated Event events = 11; Status status = 15; fixed32 flags = 16; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schema_url = 3; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
message Trace { repeated ResourceSpans resourceSpans = 1; }
message TraceByIDMetrics { uint64 inspectedBytes = 1; }
message TraceByIDResponse { Trace trace = 1; TraceByIDMetrics metrics = 2; int32 status = 3; string message = 4; }
`;

export interface Messages {
  readonly search: protobuf.Type;
  readonly byId: protobuf.Type;
}

export function messages(): Messages {
  const { root } = protobuf.parse(PROTO, { keepCase: true });
  return { search: root.lookupType("SearchResponse"), byId: root.lookupType("TraceByIDResponse") };
}

/** Encodes a plain object; integers beyond the safe ones are given as decimal strings. */
export function encode(type: protobuf.Type, value: object): Buffer {
  return Buffer.from(type.encode(type.fromObject(value)).finish());
}
