import {
  type AttributeScalar,
  type AttributeValue,
  type Span,
  type TraceAnswer,
  traceAnswer,
} from "@betrace/contracts";
import { readTraceToShow, type ShownTrace, TempoError } from "@betrace/tempo";
import type { ApiDeps } from "../deps.js";
import { ProblemError } from "../http/problem-error.js";
import { type Route, route } from "../http/route.js";
import { LIMITS } from "../limits.js";

/** A trace to look at, as Tempo has it. */
export function traceRoutes({ tempo }: Pick<ApiDeps, "tempo">): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/traces/{trace_id}",
        name: "getTrace",
        summary: `The spans of one trace, read from Tempo; the earliest ${LIMITS.maxTraceSpans.toLocaleString("en-US")} of them.`,
        answers: { 200: traceAnswer },
        problems: ["invalid_request", "trace_not_found", "trace_too_large", "tempo_unavailable"],
      },
      async ({ params: { trace_id: text = "" }, signal }) => {
        const traceId = traceIdOf(text);
        const deadline = AbortSignal.any([signal, AbortSignal.timeout(LIMITS.traceReadMs)]);
        const trace = await readTraceToShow(tempo, { traceId, signal: deadline }).catch((error: unknown) => {
          if (!(error instanceof TempoError) || error.kind !== "too_large") throw error;
          throw new ProblemError("trace_too_large", `trace ${traceId}: ${error.message}`, { cause: error });
        });
        if (trace === undefined) throw new ProblemError("trace_not_found", `Tempo knows no trace ${traceId}`);
        return { status: 200, body: traceToAnswer(traceId, trace) };
      },
    ),
  ];
}

/** Tempo takes ids without their leading zeros, and so do people. */
function traceIdOf(text: string): string {
  if (/^[0-9a-f]{1,32}$/i.test(text)) return text.toLowerCase().padStart(32, "0");
  throw new ProblemError("invalid_request", `trace_id: expected up to 32 hex digits, found "${text.slice(0, 60)}"`);
}

function traceToAnswer(traceId: string, { spans, cut }: ShownTrace): TraceAnswer {
  const inOrder = [...spans].sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
  const shown = inOrder.slice(0, LIMITS.maxTraceSpans);
  const tooMany =
    shown.length < spans.length ? `the earliest ${shown.length} of ${spans.length} spans are shown` : null;
  return { trace_id: traceId, spans: shown.map(spanToAnswer), span_count: spans.length, cut: cut ?? tooMany };
}

function spanToAnswer(span: Span): TraceAnswer["spans"][number] {
  return {
    span_id: span.spanId,
    parent_span_id: span.parentSpanId,
    name: span.name,
    service: span.service ?? null,
    kind: span.kind,
    status: span.status,
    status_message: span.statusMessage,
    start_time_unix_nano: span.startNs.toString(),
    duration_nano: span.durationNs.toString(),
    attributes: attributesToAnswer(span.attributes),
    resource_attributes: attributesToAnswer(span.resource),
  };
}

function attributesToAnswer(attributes: ReadonlyMap<string, AttributeValue>) {
  return Object.fromEntries(
    [...attributes].map(([key, value]) => [key, isArray(value) ? value.map(scalarToAnswer) : scalarToAnswer(value)]),
  );
}

const isArray = (value: AttributeValue): value is readonly AttributeScalar[] => Array.isArray(value);

/** JSON has no numbers for what lies beyond a double, and none that are not finite. */
function scalarToAnswer(value: AttributeScalar): string | number | boolean | null {
  if (typeof value === "bigint") return value.toString();
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
