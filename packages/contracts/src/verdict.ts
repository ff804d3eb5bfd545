/** Which part of a rule broke: an expression that is true, or an invariant's `always` or `never` clause. */
export type Clause = "expression" | "always" | "never";

/** A span that a verdict points at. */
export interface SpanRef {
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** Unix nanoseconds. */
  readonly startNs: bigint;
  /** Nanoseconds. */
  readonly durationNs: bigint;
  readonly service: string | undefined;
  readonly name: string;
}

/** At most this many witness span ids stand in a verdict; `witnessCount` says how many there were. */
export const MAX_WITNESS_IDS = 10;

export interface NoViolation {
  readonly violated: false;
}

export interface TraceViolation {
  readonly violated: true;
  readonly clause: Clause;
  /** Ids of the earliest witnesses in order of start, at most {@link MAX_WITNESS_IDS}. */
  readonly witnessSpanIds: readonly string[];
  readonly witnessCount: number;
  /**
   * The earliest witness; where there is none the root, else the earliest span. Undefined only for a projected trace
   * without a witness: then the whole trace must be read to name it.
   */
  readonly offendingSpan: SpanRef | undefined;
}

/** What a rule says of one trace. */
export type Verdict = NoViolation | TraceViolation;
