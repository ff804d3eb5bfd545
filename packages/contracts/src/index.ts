export type {
  AttributeScalar,
  AttributeValue,
  Span,
  SpanField,
  SpanKind,
  SpanStatus,
  Trace,
  TraceFacts,
  TraceField,
} from "./trace.js";
export { VIOLATION_MARKER_ATTRIBUTE } from "./trace.js";
export type { Clause, NoViolation, SpanRef, TraceViolation, Verdict } from "./verdict.js";
export { MAX_WITNESS_IDS } from "./verdict.js";
export type { Annotations, Severity, Violation } from "./violation.js";
export { SEVERITIES } from "./violation.js";
