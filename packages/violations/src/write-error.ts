/**
 * Why spans were not written. `overloaded`: 429, 502, 503 or 504 until the budget was spent. `partial`: the receiver
 * took the request and rejected some spans. `unacknowledged`: it said yes with an answer that is not OTLP.
 */
export type ViolationWriteErrorKind =
  | "unreachable"
  | "timeout"
  | "overloaded"
  | "refused"
  | "partial"
  | "unacknowledged";

/** A batch of violation spans was not, or not wholly, written. Writing the same violations again is always safe. */
export class ViolationWriteError extends Error {
  readonly kind: ViolationWriteErrorKind;
  /** Whether the same write may succeed later. */
  readonly retryable: boolean;
  /** How many spans a partial success rejected; 0 otherwise. */
  readonly rejectedSpans: number;

  constructor(kind: ViolationWriteErrorKind, message: string, retryable: boolean, rejectedSpans = 0, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ViolationWriteError";
    this.kind = kind;
    this.retryable = retryable;
    this.rejectedSpans = rejectedSpans;
  }
}
