import protobuf from "protobufjs";
import { writeAnyValue, writeBytes, writeText, writeUint32, writeVarint64 } from "../wire.js";
import type { FoundSpan, FoundSpanSet, FoundTrace, ShownAttribute } from "./search.js";

/** `tempopb.SearchMetrics`, as far as it means something here. One search is one job, and it is always completed. */
export interface SearchMetrics {
  readonly inspectedTraces: number;
  readonly completedJobs: number;
  readonly totalJobs: number;
}

/** `tempopb.TraceSearchMetadata` (field numbers of Tempo's `tempo.proto`); no further than to more than `mostBytes`. */
export function encodeTrace(trace: FoundTrace, mostBytes: number): Uint8Array {
  const writer = protobuf.Writer.create();
  writeText(writer, 1, trace.traceId);
  writeText(writer, 2, trace.rootServiceName);
  writeText(writer, 3, trace.rootTraceName);
  if (trace.startNs !== 0n) writeVarint64(writer, 4, trace.startNs);
  writeUint32(writer, 5, trace.durationMs);
  if (trace.found !== undefined) {
    for (const [at, spanSet] of trace.found.spanSets.entries()) {
      const bytes = encodeSpanSet(spanSet);
      if (at === 0) writeBytes(writer, 6, bytes);
      writeBytes(writer, 7, bytes);
      if (writer.len > mostBytes) return writer.finish();
    }
    for (const [service, stats] of trace.found.serviceStats) {
      writer.uint32(0x42).fork();
      writeText(writer, 1, service);
      writer.uint32(0x12).fork();
      writeUint32(writer, 1, stats.spanCount);
      writeUint32(writer, 2, stats.errorCount);
      writer.ldelim().ldelim();
    }
  }
  return writer.finish();
}

/** `tempopb.SearchResponse` around traces that are encoded already. */
export function encodeResponse(traces: readonly Uint8Array[], metrics: SearchMetrics): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const trace of traces) {
    parts.push(protobuf.Writer.create().uint32(0x0a).uint32(trace.length).finish(), trace);
  }
  const tail = protobuf.Writer.create().uint32(0x12).fork();
  writeUint32(tail, 1, metrics.inspectedTraces);
  writeUint32(tail, 4, metrics.completedJobs);
  writeUint32(tail, 5, metrics.totalJobs);
  parts.push(tail.ldelim().finish());
  return Buffer.concat(parts);
}

function encodeSpanSet(spanSet: FoundSpanSet): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const span of spanSet.spans) writeSpan(writer, span);
  writeUint32(writer, 2, spanSet.matched);
  for (const attribute of spanSet.attributes) writeAttribute(writer, 3, attribute);
  return writer.finish();
}

function writeSpan(writer: protobuf.Writer, span: FoundSpan): void {
  writer.uint32(0x0a).fork();
  writeText(writer, 1, span.spanId);
  writeText(writer, 2, span.name);
  if (span.startNs !== 0n) writeVarint64(writer, 3, span.startNs);
  if (span.durationNs !== 0n) writeVarint64(writer, 4, span.durationNs);
  for (const attribute of span.attributes) writeAttribute(writer, 5, attribute);
  writer.ldelim();
}

function writeAttribute(writer: protobuf.Writer, field: number, { key, value }: ShownAttribute): void {
  writer.uint32((field << 3) | 2).fork();
  writeText(writer, 1, key);
  writer.uint32(0x12).fork();
  writeAnyValue(writer, value);
  writer.ldelim().ldelim();
}
