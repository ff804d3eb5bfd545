import { createHash } from "node:crypto";

/** The ids of the span that stands for one violation. */
export interface ViolationSpanIds {
  /** 32 lower-case hex digits, never all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, never all zero. */
  readonly spanId: string;
}

/**
 * The same (rule, version, trace) gives the same ids on every machine and every attempt, so that writing a violation
 * twice changes nothing. A SHA-256 of the three, separated by a byte that none of them can hold.
 */
export function violationSpanIds(ruleId: string, ruleVersion: number, violatingTraceId: string): ViolationSpanIds {
  const digest = createHash("sha256").update(`${ruleId}\0${ruleVersion}\0${violatingTraceId}`).digest("hex");
  return { traceId: notZero(digest.slice(0, 32)), spanId: notZero(digest.slice(32, 48)) };
}

/** OpenTelemetry forbids ids of zeros only (trace/api.md, SpanContext). */
function notZero(hex: string): string {
  return /[^0]/.test(hex) ? hex : `${hex.slice(0, -1)}1`;
}
