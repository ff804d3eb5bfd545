import { complianceOf, type Violation, VIOLATION_SPAN_NAME } from "@betrace/contracts";
import { type Attributes, type HrTime, SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { violationSpanIds } from "./ids.js";

const RESOURCE = resourceFromAttributes({ "service.name": "betrace" });
const SCOPE = { name: "betrace" };
const ZERO: HrTime = [0, 0];
/**
 * 2262-04-11, the end of nanoseconds with a sign, which is how Tempo reads the last end of a block: past it, the whole
 * block is in no search any more (seen on 2.10.8 and 3.0.3).
 */
const LATEST_END_NS = 2n ** 63n - 1n;

/**
 * A violation as a finished span: in a trace of its own, at the time the offending span ran, linked to that span.
 *
 * Attributes, all under `betrace.violation.`: `rule_id`, `rule_name`, `rule_version` (int), `severity`, `trace_id`,
 * `span_id`, `service`, `message`, `clause`, `witness_count` (int), `replay_id`, `detected_at` (RFC 3339), and
 * `annotation.<key>` for each annotation as it stands. Besides, for compliance queries, `betrace.compliance.framework`
 * and `betrace.compliance.control`: a string, or an array where there are several, which TraceQL's `=` matches by element.
 */
export function violationSpan(violation: Violation): ReadableSpan {
  const { traceId, spanId } = violationSpanIds(violation.ruleId, violation.ruleVersion, violation.traceId);
  const { startNs } = violation;
  const durationNs = within(violation.durationNs, 0n, LATEST_END_NS - startNs);
  return {
    name: VIOLATION_SPAN_NAME,
    kind: SpanKind.INTERNAL,
    spanContext: () => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED }),
    startTime: hrTime(startNs),
    endTime: hrTime(startNs + durationNs),
    duration: hrTime(durationNs),
    status: { code: SpanStatusCode.UNSET },
    attributes: attributesOf(violation),
    links: [
      {
        context: {
          traceId: violation.traceId,
          spanId: violation.spanId,
          traceFlags: TraceFlags.SAMPLED,
          isRemote: true,
        },
        attributes: { "betrace.link": "offending_span" },
      },
    ],
    events: [],
    ended: true,
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function within(value: bigint, least: bigint, most: bigint): bigint {
  const upTo = value > most ? most : value;
  return upTo < least ? least : upTo;
}

function attributesOf(violation: Violation): Attributes {
  const marks = complianceOf(violation.annotations);
  const attributes: Attributes = {
    "betrace.violation.rule_id": violation.ruleId,
    "betrace.violation.rule_name": violation.ruleName,
    "betrace.violation.rule_version": violation.ruleVersion,
    "betrace.violation.severity": violation.severity,
    "betrace.violation.trace_id": violation.traceId,
    "betrace.violation.span_id": violation.spanId,
    "betrace.violation.message": violation.message,
    "betrace.violation.clause": violation.clause,
    "betrace.violation.witness_count": violation.witnessCount,
    "betrace.violation.replay_id": violation.replayId,
    "betrace.violation.detected_at": new Date(Number(violation.detectedAtNs / 1_000_000n)).toISOString(),
  };
  if (violation.service !== undefined) attributes["betrace.violation.service"] = violation.service;
  for (const [key, value] of Object.entries(violation.annotations)) {
    attributes[`betrace.violation.annotation.${key}`] = value;
  }
  const frameworks = marks.map((mark) => mark.framework);
  const controls = marks.flatMap((mark) => mark.controls);
  if (frameworks.length > 0) attributes["betrace.compliance.framework"] = oneOrMany(frameworks);
  if (controls.length > 0) attributes["betrace.compliance.control"] = oneOrMany(controls);
  return attributes;
}

function oneOrMany(values: readonly string[]): string | string[] {
  return values.length === 1 && values[0] !== undefined ? values[0] : [...values];
}

/** Seconds and nanoseconds: both fit a double exactly. */
function hrTime(ns: bigint): HrTime {
  return ns <= 0n ? ZERO : [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];
}
