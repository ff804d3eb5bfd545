import type { AttributeScalar, AttributeValue, Span, SpanKind, SpanStatus } from "@betrace/contracts";

/** An attribute's value with the type that OTLP and Tempo give it; the trace model does not tell 5 from 5.0. */
export type TypedScalar =
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "int"; readonly value: bigint }
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean };

/** A scalar, or an array of one type with at least one element: what Tempo's search can see. */
export type TypedValue = TypedScalar | { readonly type: "array"; readonly elements: readonly TypedScalar[] };

/** A span as an exporter sends it. */
export interface TypedSpan {
  readonly spanId: string;
  readonly name: string;
  readonly service: string | undefined;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  readonly startNs: bigint;
  /** May be negative: the span ends before it starts. */
  readonly durationNs: bigint;
  readonly attributes: ReadonlyMap<string, TypedValue>;
  readonly resource: ReadonlyMap<string, TypedValue>;
}

/** The span in the trace model. */
export function toSpan(typed: TypedSpan): Span {
  const { service } = typed;
  const resource = new Map([...typed.resource].map(([key, value]) => [key, toValue(value)] as const));
  if (service !== undefined) resource.set("service.name", service);
  return {
    spanId: typed.spanId,
    parentSpanId: "",
    name: typed.name,
    service,
    kind: typed.kind,
    status: typed.status,
    statusMessage: typed.statusMessage,
    startNs: typed.startNs,
    durationNs: typed.durationNs < 0n ? 0n : typed.durationNs,
    attributes: new Map([...typed.attributes].map(([key, value]) => [key, toValue(value)])),
    resource,
  };
}

function toValue(value: TypedValue): AttributeValue {
  return value.type === "array" ? value.elements.map(toScalar) : toScalar(value);
}

function toScalar(scalar: TypedScalar): AttributeScalar {
  if (scalar.type !== "int") return scalar.value;
  const number = Number(scalar.value);
  return Number.isSafeInteger(number) ? number : scalar.value;
}

const KIND_NUMBERS: Readonly<Record<SpanKind, number>> = {
  unspecified: 0,
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
};

const STATUS_NUMBERS: Readonly<Record<SpanStatus, number>> = { unset: 0, ok: 1, error: 2 };

/** The span alone in a trace, as a `resourceSpans` entry of OTLP's JSON encoding. */
export function toOtlpJson(typed: TypedSpan, traceId: string): unknown {
  const service: [string, TypedValue][] =
    typed.service === undefined ? [] : [["service.name", { type: "string", value: typed.service }]];
  return {
    resource: { attributes: otlpAttributes([...service, ...typed.resource]) },
    scopeSpans: [
      {
        spans: [
          {
            traceId,
            spanId: typed.spanId,
            name: typed.name,
            kind: KIND_NUMBERS[typed.kind],
            startTimeUnixNano: String(typed.startNs),
            endTimeUnixNano: String(typed.startNs + typed.durationNs),
            attributes: otlpAttributes([...typed.attributes]),
            status: { code: STATUS_NUMBERS[typed.status], message: typed.statusMessage },
          },
        ],
      },
    ],
  };
}

function otlpAttributes(attributes: readonly (readonly [string, TypedValue])[]): unknown {
  return attributes.map(([key, value]) => ({ key, value: otlpValue(value) }));
}

function otlpValue(value: TypedValue): unknown {
  switch (value.type) {
    case "string":
      return { stringValue: value.value };
    case "int":
      return { intValue: String(value.value) };
    case "double":
      return { doubleValue: Number.isFinite(value.value) ? value.value : String(value.value) };
    case "boolean":
      return { boolValue: value.value };
    case "array":
      return { arrayValue: { values: value.elements.map(otlpValue) } };
  }
}
