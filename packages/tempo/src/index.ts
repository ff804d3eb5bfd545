export type { GetOptions, LearnedLimits, Meter, TempoAnswer, TempoClient } from "./client/client.js";
export { createTempoClient } from "./client/client.js";
export type { TempoErrorDetails, TempoErrorKind } from "./client/error.js";
export { TempoError } from "./client/error.js";
export type { FindTracesRequest } from "./find-traces.js";
export { findTraces } from "./find-traces.js";
export type { ResolvedTempoOptions, TempoClientOptions } from "./client/options.js";
export type { ExportedSpan, ExportedSpans } from "./decode/otlp-json.js";
export { decodeOtlpJson } from "./decode/otlp-json.js";
export {
  DEFAULT_MAX_SPANS_PER_TRACE,
  DEFAULT_PADDING_MS,
  DEFAULT_SETTLE_TIME_MS,
  MAX_SEARCH_WINDOW_SECONDS,
  TEMPO_USER_LIMITS,
} from "./limits.js";
export type { ReadTracesRequest } from "./read-traces.js";
export { readTraces } from "./read-traces.js";
export type { ScanReport } from "./scan.js";
export { scanWindow } from "./scan.js";
export type { IncompleteWindow, ScanRequest } from "./scan-request.js";
export type { Tag, TagScope, TagsRequest, TagValue } from "./tags.js";
export { readTagNames, readTagValues } from "./tags.js";
export type { ShownTrace } from "./trace-by-id.js";
export { readTraceToShow } from "./trace-by-id.js";
export type { Plan } from "./unit.js";
