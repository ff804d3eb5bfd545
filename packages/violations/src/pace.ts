import { setTimeout as sleep } from "node:timers/promises";
import { LIMITS } from "./limits.js";

/**
 * Tempo drops spans of more than `max_traces_per_user` (10,000) live traces **with HTTP 200**, and every violation is a
 * trace of its own that stays live for up to about 15 s (idle period and flush check). So the writer lets `burstSpans`
 * through at once and `spansPerSecond` after that: with the defaults at most 2,000 + 15 × 500 = 9,500 live traces.
 * Several writers share the tenant's limit: divide, or raise the limit in Tempo. Raising the pace alone risks silent loss.
 */
export interface PaceOptions {
  /** Default 500. `Infinity` takes the brake off. */
  readonly spansPerSecond?: number;
  /** Default 2,000; at least one batch of 512. */
  readonly burstSpans?: number;
}

/** Lets so many spans pass as the pace allows. */
export interface Pace {
  /** Resolves when `spans` may go out; rejects with the signal's reason. First come, first served. */
  take(spans: number, signal: AbortSignal): Promise<void>;
}

/** A token bucket; `nowMs` is any clock that only goes forward. */
export function createPace(options: PaceOptions, nowMs: () => number = () => performance.now()): Pace {
  const perMs = (options.spansPerSecond ?? LIMITS.spansPerSecond) / 1_000;
  const burst = Math.max(options.burstSpans ?? LIMITS.burstSpans, LIMITS.batchSpans);
  let tokens = burst;
  let at = nowMs();
  return {
    async take(spans, signal) {
      signal.throwIfAborted();
      if (!Number.isFinite(perMs)) return;
      const now = nowMs();
      tokens = Math.min(burst, tokens + (now - at) * perMs) - spans;
      at = now;
      if (tokens >= 0) return;
      try {
        await sleep(-tokens / perMs, undefined, { signal });
      } catch (error) {
        tokens += spans;
        signal.throwIfAborted();
        throw error;
      }
    },
  };
}
