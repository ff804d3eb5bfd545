/** A searchable scalar, typed as OTLP types it: `bigint` is an int64, `number` a double. */
export type Scalar = string | bigint | number | boolean;

/** An attribute that is not a scalar: an array, a map, bytes or nothing at all. */
export class CompositeValue {
  /**
   * @param elements what a search sees: the elements of an array of one scalar type, else empty.
   * @param isArray whether OTLP sent an array of one scalar type.
   * @param encoded the whole `AnyValue` as received, for the trace-by-id answer.
   */
  constructor(
    readonly elements: readonly Scalar[],
    readonly isArray: boolean,
    readonly encoded: Uint8Array,
  ) {}
}

export type StoredValue = Scalar | CompositeValue;

/** Attributes in order of arrival. `keys` is shared by all lists that have the same keys, so that finding a key can be remembered. */
export interface StoredAttributes {
  readonly keys: readonly string[];
  readonly values: readonly StoredValue[];
}

/** A resource or an instrumentation scope, held once however many spans came under it. */
export interface StoredOrigin {
  readonly attributes: StoredAttributes;
  /** The message as received, values cut at the limit, for the trace-by-id answer. */
  readonly encoded: Uint8Array;
}

export interface StoredSpan {
  /** 16 hex digits. */
  readonly spanId: string;
  /** 16 hex digits; empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  /** OTLP's `SpanKind` number. */
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** OTLP's `Status.code` number. */
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly attributes: StoredAttributes;
  readonly resource: StoredOrigin;
  readonly scope: StoredOrigin;
  /** `service.name` of the resource, empty if it has none. */
  readonly service: string;
  /** Encoded fields that no search reads: events, links, trace state, flags and counts. */
  readonly rest: Uint8Array | undefined;
}

/** One trace: everything received under one trace id. */
export interface TraceRow {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly spans: StoredSpan[];
  startNs: bigint;
  /** Not before the start. */
  endNs: bigint;
  rootName: string;
  rootService: string;
  /** Where each span stands, by id and kind, once there are many. */
  held?: Map<string, number>;
}

/**
 * Nanoseconds from start to end; zero if the end lies before the start, or is missing: then the 64 bits have wrapped
 * around.
 */
export function durationOf({ startNs, endNs }: StoredSpan): bigint {
  const durationNs = BigInt.asIntN(64, endNs - startNs);
  return durationNs < 0n ? 0n : durationNs;
}
