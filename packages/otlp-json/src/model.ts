/** An `AnyValue`: `bigint` is an int64, `number` a double, `null` an empty one. */
export type OtlpValue = string | boolean | bigint | number | null | Uint8Array | OtlpMap | readonly OtlpValue[];

/** A `KeyValueList`. */
export interface OtlpMap {
  readonly entries: readonly OtlpAttribute[];
}

/** A `KeyValue`. */
export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

/** A `Resource`. */
export interface OtlpResource {
  readonly attributes: readonly OtlpAttribute[];
  readonly droppedAttributesCount: number;
}

/** An `InstrumentationScope`. */
export interface OtlpScope extends OtlpResource {
  readonly name: string;
  readonly version: string;
}

/** A `Span`. Times are Unix nanoseconds of 64 bits without a sign, zero if the document gives none. */
export interface OtlpSpan {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero. */
  readonly spanId: string;
  /** 16 lower-case hex digits; empty for a root span. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  /** `SpanKind`, 0 to 5. */
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: readonly OtlpAttribute[];
  readonly droppedAttributesCount: number;
  readonly events: readonly OtlpEvent[];
  readonly droppedEventsCount: number;
  readonly links: readonly OtlpLink[];
  readonly droppedLinksCount: number;
  /** `StatusCode`, 0 to 2. */
  readonly statusCode: number;
  readonly statusMessage: string;
}

export interface OtlpEvent {
  readonly timeNs: bigint;
  readonly name: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly droppedAttributesCount: number;
}

export interface OtlpLink {
  /** As of a span, or empty. */
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly attributes: readonly OtlpAttribute[];
  readonly droppedAttributesCount: number;
}

/** A `ResourceSpans`. */
export interface OtlpResourceSpans {
  readonly resource: OtlpResource;
  readonly schemaUrl: string;
  readonly scopeSpans: readonly OtlpScopeSpans[];
}

/** A `ScopeSpans`. */
export interface OtlpScopeSpans {
  readonly scope: OtlpScope;
  readonly schemaUrl: string;
  readonly spans: readonly OtlpSpan[];
}
