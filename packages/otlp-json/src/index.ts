export type {
  OtlpAttribute,
  OtlpEvent,
  OtlpLink,
  OtlpMap,
  OtlpResource,
  OtlpResourceSpans,
  OtlpScope,
  OtlpScopeSpans,
  OtlpSpan,
  OtlpValue,
} from "./model.js";
export { OtlpJsonError } from "./otlp-json-error.js";
export { parseJson } from "./parse-json.js";
export { type OtlpDocument, type ReadOptions, readOtlpJson } from "./read-otlp-json.js";
export { END_OF_TIME_NS, startProblem } from "./start-problem.js";
