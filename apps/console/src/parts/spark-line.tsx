import type { LastReplay } from "@betrace/contracts";
import { counted } from "../time/format.js";

const BARS = 48;
const WIDTH = 192;
const HEIGHT = 32;

/** Violations over a replay's range as small bars; neighbouring buckets are added up. */
export function SparkLine({ of }: { readonly of: Pick<LastReplay, "buckets" | "bucket_grid" | "violations_found"> }) {
  const bars = foldBuckets(of, BARS);
  const most = Math.max(1, ...bars);
  const step = WIDTH / bars.length;
  return (
    <svg
      class="spark"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${counted(of.violations_found, "violation")} over the range`}
    >
      <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} class="spark-base" />
      {bars.map((violations, index) => {
        if (violations === 0) return null;
        const height = Math.max(3, (violations / most) * (HEIGHT - 2));
        return (
          <rect key={index} x={index * step} y={HEIGHT - height} width={Math.max(1, step - 1)} height={height} rx="1" />
        );
      })}
    </svg>
  );
}

/** Violations in at most `most` equal slices of the grid, from its first to its last. */
export function foldBuckets(of: Pick<LastReplay, "buckets" | "bucket_grid">, most: number): number[] {
  const { start_time, seconds, count } = of.bucket_grid;
  const each = Math.max(1, Math.ceil(count / most));
  const slices = Array.from({ length: Math.max(1, Math.ceil(count / each)) }, () => 0);
  for (const bucket of of.buckets) {
    const index = Math.floor((Date.parse(bucket.start_time) - Date.parse(start_time)) / (seconds * each * 1_000));
    if (slices[index] !== undefined) slices[index] += bucket.violations;
  }
  return slices;
}
