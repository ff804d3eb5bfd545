/**
 * The trace model that the language evaluates and the Tempo client delivers.
 * Follows OpenTelemetry's trace data model (opentelemetry-proto `trace/v1/trace.proto`).
 */

/** An int64 outside the safe integers is a `bigint`; every other number is a `number`. `null`: present, but bytes or a map. */
export type AttributeScalar = string | number | bigint | boolean | null;

/** An attribute's value. Arrays hold scalars; an element of another kind is `null`. */
export type AttributeValue = AttributeScalar | readonly AttributeScalar[];

export type SpanKind = "unspecified" | "internal" | "server" | "client" | "producer" | "consumer";

export type SpanStatus = "unset" | "ok" | "error";

/** One span. A field that no rule reads may be left at its empty value by a projection (see {@link Trace.complete}). */
export interface Span {
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** 16 lower-case hex digits; empty for a root span. */
  readonly parentSpanId: string;
  readonly name: string;
  /** The resource's `service.name`; undefined if the resource has none. */
  readonly service: string | undefined;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  /** Unix time in nanoseconds. */
  readonly startNs: bigint;
  /** End minus start in nanoseconds; zero where the end lies before the start. */
  readonly durationNs: bigint;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  readonly resource: ReadonlyMap<string, AttributeValue>;
}

/** What is true of a whole trace, even if only some of its spans were read. */
export interface TraceFacts {
  /** The first span's start, Unix nanoseconds. */
  readonly startNs: bigint;
  /** Last end minus first start, nanoseconds. */
  readonly durationNs: bigint;
  readonly spanCount: number;
  /** Distinct `service.name`s. */
  readonly serviceCount: number;
  /** The span without a parent; undefined if the trace has none. */
  readonly root: { readonly name: string; readonly service: string | undefined } | undefined;
}

/** A trace as a rule sees it: whole, or projected to the spans and fields that can influence the rule's verdict. */
export interface Trace {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** In any order. */
  readonly spans: readonly Span[];
  /** True when `spans` holds every span of the trace with every field that the rule reads. */
  readonly complete: boolean;
  /** Given on a projected trace when a rule reads trace fields; a complete trace carries its own facts in its spans. */
  readonly facts?: TraceFacts;
}

/** A field of a span that a predicate reads. */
export type SpanField =
  | { readonly kind: "name" | "service" | "duration" | "status" | "status_message" | "kind" }
  | { readonly kind: "attribute"; readonly key: string }
  | { readonly kind: "resource"; readonly key: string };

/** A field of the whole trace that a rule reads. */
export type TraceField = "duration" | "span_count" | "service_count" | "root.name" | "root.service";

/** Spans carrying this attribute were written by BeTrace itself and never take part in a verdict. */
export const VIOLATION_MARKER_ATTRIBUTE = "betrace.violation.rule_id";

/** The name of every violation span. Each is the root of a trace of its own. */
export const VIOLATION_SPAN_NAME = "betrace.violation";
