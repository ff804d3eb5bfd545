import type { ReplayAnswer } from "@betrace/contracts";

/** One equal slice of a replay's range. */
export interface Slice {
  readonly startMs: number;
  readonly endMs: number;
  readonly violations: number;
}

/** Every slice of the replay's grid, those without a violation included; the API leaves them out. */
export function slicesOf(replay: Pick<ReplayAnswer, "buckets" | "bucket_grid">): readonly Slice[] {
  const { start_time, seconds, count } = replay.bucket_grid;
  const beginMs = Date.parse(start_time);
  const lengthMs = seconds * 1_000;
  const counts = new Map(replay.buckets.map((bucket) => [Date.parse(bucket.start_time), bucket.violations]));
  return Array.from({ length: count }, (_, index) => {
    const startMs = beginMs + index * lengthMs;
    return { startMs, endMs: startMs + lengthMs, violations: counts.get(startMs) ?? 0 };
  });
}
