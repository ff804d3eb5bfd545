import { setTimeout as sleep } from "node:timers/promises";
import { RETRY_BASE_MS, RETRY_CAP_MS } from "../limits.js";
import { TempoError } from "./error.js";

export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly maxRetryTimeMs: number;
  readonly maxRetryAfterMs: number;
  /** Milliseconds, any monotonic origin. */
  readonly now: () => number;
  /** `[0, 1)`. */
  readonly random: () => number;
}

/**
 * Milliseconds from a `Retry-After` header (seconds or an HTTP date, RFC 9110 section 10.2.3); undefined if it says
 * nothing usable.
 */
export function parseRetryAfter(header: string | undefined, nowUnixMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowUnixMs);
}

/** Full jitter: random between zero and a step that doubles, so that many clients do not come back together. */
export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** attempt);
}

/**
 * Runs `attempt` until it succeeds, fails for good, or the policy is used up; then the last error is thrown.
 * A server's `Retry-After` is a lower bound of the wait. An abort ends the wait at once with the signal's reason.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal,
  worthRetrying: (error: TempoError) => boolean,
): Promise<T> {
  const startedAt = policy.now();
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TempoError) || !error.retryable || !worthRetrying(error)) throw error;
      const asked = error.retryAfterMs ?? 0;
      const waitMs = asked + backoffMs(tries - 1, policy.random);
      const spentMs = policy.now() - startedAt;
      if (tries >= policy.maxAttempts || asked > policy.maxRetryAfterMs || spentMs + waitMs > policy.maxRetryTimeMs) {
        throw error;
      }
      await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
