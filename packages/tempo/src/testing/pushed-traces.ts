import type { AttributeScalar, AttributeValue, Span, SpanKind, SpanStatus } from "@betrace/contracts";
import { VIOLATION_MARKER_ATTRIBUTE } from "@betrace/contracts";
import type { TrueTrace } from "./stored-traces.js";

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly AnyValue[] };
}

interface PushedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly status: { readonly code?: number; readonly message?: string };
}

/** OTLP requests in JSON, as they were sent to the recorded servers one after the other. */
export interface Pushed {
  readonly pushes: readonly {
    readonly resourceSpans: readonly {
      readonly resource: { readonly attributes: readonly KeyValue[] };
      readonly scopeSpans: readonly { readonly spans: readonly PushedSpan[] }[];
    }[];
  }[];
}

const KINDS: readonly SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];
const STATUSES: readonly SpanStatus[] = ["unset", "ok", "error"];

/**
 * The traces that were pushed, as a rule must see them: without copies, without BeTrace's own spans, and without the traces
 * that hold nothing else.
 */
export function pushedTraces({ pushes }: Pushed): readonly TrueTrace[] {
  const traces = new Map<string, Span[]>();
  const seen = new Set<string>();
  for (const { resourceSpans } of pushes) {
    for (const { resource, scopeSpans } of resourceSpans) {
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        const text = JSON.stringify(span);
        if (seen.has(text) || span.attributes.some(({ key }) => key === VIOLATION_MARKER_ATTRIBUTE)) continue;
        seen.add(text);
        const spans = traces.get(span.traceId) ?? [];
        traces.set(span.traceId, [...spans, asSpan(span, valuesOf(resource.attributes))]);
      }
    }
  }
  return [...traces].map(([traceId, spans]) => ({ traceId, spans }));
}

function asSpan(span: PushedSpan, resource: ReadonlyMap<string, AttributeValue>): Span {
  const service = resource.get("service.name");
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? "",
    name: span.name,
    service: typeof service === "string" ? service : undefined,
    kind: KINDS[span.kind] ?? "unspecified",
    status: STATUSES[span.status.code ?? 0] ?? "unset",
    statusMessage: span.status.message ?? "",
    startNs: BigInt(span.startTimeUnixNano),
    durationNs: BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano),
    attributes: valuesOf(span.attributes),
    resource,
  };
}

/** An empty array is a value that search does not show. */
const valuesOf = (attributes: readonly KeyValue[]): ReadonlyMap<string, AttributeValue> =>
  new Map(
    attributes
      .filter(({ value }) => value.arrayValue?.values.length !== 0)
      .map(({ key, value }) => [key, anyOf(value)]),
  );

/** Tempo stores an array of one element as that element. */
function anyOf(value: AnyValue): AttributeValue {
  const elements = value.arrayValue?.values ?? [value];
  return elements.length === 1 ? scalarOf(elements[0] ?? {}) : elements.map(scalarOf);
}

function scalarOf({ stringValue, boolValue, intValue, doubleValue }: AnyValue): AttributeScalar {
  if (intValue === undefined) return stringValue ?? boolValue ?? doubleValue ?? null;
  const number = Number(intValue);
  return Number.isSafeInteger(number) ? number : BigInt(intValue);
}
