/**
 * What went wrong with Tempo, as far as a caller can act on it:
 * - `unreachable`: no answer, or a server-side failure (5xx) that outlived the retries
 * - `refused`: an answer that a repetition will not change (401, 403, 404 and other 4xx)
 * - `timeout`: no answer in time, ours or Tempo's own limit
 * - `rate_limited`: 429 that outlived the retries, or asked for a longer wait than allowed
 * - `bad_query`: Tempo does not accept the query
 * - `too_large`: the answer, or the request, is larger than one of the limits; a smaller window or list may do
 * - `protocol`: the answer is not what Tempo's protocol says (malformed, truncated, partial)
 */
export type TempoErrorKind =
  | "unreachable"
  | "refused"
  | "timeout"
  | "rate_limited"
  | "bad_query"
  | "too_large"
  | "protocol";

export interface TempoErrorDetails {
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** The server's wish, milliseconds; undefined if it gave none. */
  readonly retryAfterMs?: number | undefined;
  /** HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  /** For `too_large`: which of the two was. */
  readonly what?: "request" | "response" | undefined;
  readonly cause?: unknown;
}

/** The only error that this package throws for what lies outside the program; an abort keeps the signal's own reason. */
export class TempoError extends Error {
  readonly kind: TempoErrorKind;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;
  readonly what: "request" | "response" | undefined;

  constructor(kind: TempoErrorKind, message: string, details: TempoErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "TempoError";
    this.kind = kind;
    this.retryable = details.retryable;
    this.retryAfterMs = details.retryAfterMs;
    this.status = details.status;
    this.what = details.what;
  }
}

/** An answer that breaks Tempo's protocol: worth another try (a proxy may have cut it), never worth a guess. */
export function protocolError(message: string, cause?: unknown): TempoError {
  return new TempoError("protocol", message, { retryable: true, cause });
}
