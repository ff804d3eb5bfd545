import { attributesOf } from "./any-value.js";
import { alsoCalled, alwaysWith, type Fields, fieldsOf, listOf, message, textOf, withoutService } from "./fields.js";
import { linkedIdOf, parentSpanIdOf, spanIdOf, traceIdOf } from "./ids.js";
import type { OtlpEvent, OtlpLink, OtlpSpan } from "./model.js";
import { enumOf, timeOf, uint32Of, type Words } from "./numbers.js";
import { OtlpJsonError } from "./otlp-json-error.js";
import { startProblem } from "./start-problem.js";
import { each, within } from "./within.js";

const FIELDS = message(
  "traceId",
  "spanId",
  "traceState",
  "parentSpanId",
  "flags",
  "name",
  "kind",
  "startTimeUnixNano",
  "endTimeUnixNano",
  "attributes",
  "droppedAttributesCount",
  "events",
  "droppedEventsCount",
  "links",
  "droppedLinksCount",
  "status",
);
const SPAN = withoutService(
  alsoCalled(alwaysWith(FIELDS, "name", "endTimeUnixNano"), {
    parent: "parentSpanId",
    parentId: "parentSpanId",
    parentSpan: "parentSpanId",
    spanKind: "kind",
    kindName: "kind",
    kindString: "kind",
    spanName: "name",
    operationName: "name",
    startTime: "startTimeUnixNano",
    endTime: "endTimeUnixNano",
    duration: "endTimeUnixNano",
    durationNano: "endTimeUnixNano",
    durationNanos: "endTimeUnixNano",
    durationMs: "endTimeUnixNano",
    statusCode: "status",
    statusCodeString: "status",
    statusMessage: "status",
    error: "status",
    hasError: "status",
    isError: "status",
    errorMessage: "status",
  }),
);
const STATUS = alsoCalled(alwaysWith(message("code", "message"), "code"), {
  statusCode: "code",
  status: "code",
  deprecatedCode: "code",
  statusMessage: "message",
  description: "message",
});
const EVENT = message("timeUnixNano", "name", "attributes", "droppedAttributesCount");
const LINK = message("traceId", "spanId", "traceState", "flags", "attributes", "droppedAttributesCount");

const KINDS: Words = {
  prefix: "SPAN_KIND_",
  names: ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"],
};
const CODES: Words = { prefix: "STATUS_CODE_", names: ["UNSET", "OK", "ERROR"] };

/** One span. Its start must lie before `startsBeforeNs`: see {@link startProblem}; undefined takes any, and none. */
export function readSpan(json: unknown, startsBeforeNs: bigint | undefined): OtlpSpan {
  const span = fieldsOf(json, SPAN);
  const startNs = timeOf(span.startTimeUnixNano, "startTimeUnixNano");
  const problem = startsBeforeNs === undefined ? undefined : startProblem(startNs, startsBeforeNs);
  if (problem !== undefined) throw new OtlpJsonError("startTimeUnixNano", problem);
  const status = statusOf(span.status);
  return {
    traceId: traceIdOf(span.traceId, "traceId"),
    spanId: spanIdOf(span.spanId, "spanId"),
    parentSpanId: parentSpanIdOf(span.parentSpanId, "parentSpanId"),
    traceState: textOf(span.traceState, "traceState"),
    flags: uint32Of(span.flags, "flags"),
    name: textOf(span.name, "name"),
    kind: enumOf(span.kind, KINDS, "kind"),
    startNs,
    endNs: timeOf(span.endTimeUnixNano, "endTimeUnixNano"),
    attributes: attributesOf(span.attributes),
    droppedAttributesCount: uint32Of(span.droppedAttributesCount, "droppedAttributesCount"),
    events: each(listOf(span.events, "events"), "events", eventOf),
    droppedEventsCount: uint32Of(span.droppedEventsCount, "droppedEventsCount"),
    links: each(listOf(span.links, "links"), "links", linkOf),
    droppedLinksCount: uint32Of(span.droppedLinksCount, "droppedLinksCount"),
    statusCode: enumOf(status.code, CODES, "status.code"),
    statusMessage: textOf(status.message, "status.message"),
  };
}

function statusOf(json: unknown): Fields<"code" | "message"> {
  if (json === undefined || json === null) return {};
  return within("status", () => fieldsOf(json, STATUS));
}

function eventOf(json: unknown): OtlpEvent {
  const event = fieldsOf(json, EVENT);
  return {
    timeNs: timeOf(event.timeUnixNano, "timeUnixNano"),
    name: textOf(event.name, "name"),
    attributes: attributesOf(event.attributes),
    droppedAttributesCount: uint32Of(event.droppedAttributesCount, "droppedAttributesCount"),
  };
}

function linkOf(json: unknown): OtlpLink {
  const link = fieldsOf(json, LINK);
  return {
    traceId: linkedIdOf(link.traceId, "trace", "traceId"),
    spanId: linkedIdOf(link.spanId, "span", "spanId"),
    traceState: textOf(link.traceState, "traceState"),
    flags: uint32Of(link.flags, "flags"),
    attributes: attributesOf(link.attributes),
    droppedAttributesCount: uint32Of(link.droppedAttributesCount, "droppedAttributesCount"),
  };
}
