import { LIMITS } from "../limits.js";

const NS = 1_000_000_000n;
const WIDTHS_SECONDS = [
  1, 5, 10, 15, 30, 60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
] as const;

/** Equal slices of time, on multiples of their width since the epoch, that cover a range. */
export interface BucketGrid {
  readonly firstNs: bigint;
  readonly widthNs: bigint;
  readonly count: number;
}

/** The narrowest usual width that covers `[startNs, endNs)` with at most 96 buckets. */
export function bucketGrid(startNs: bigint, endNs: bigint): BucketGrid {
  for (const seconds of WIDTHS_SECONDS) {
    const grid = gridOf(startNs, endNs, BigInt(seconds) * NS);
    if (grid.count <= LIMITS.maxBuckets) return grid;
  }
  return gridOf(startNs, endNs, (endNs - startNs) / BigInt(LIMITS.maxBuckets - 1) + 1n);
}

/** The bucket that holds this moment. A moment outside the range (a witness may lie past its trace's window) goes to the nearest. */
export function bucketOf(grid: BucketGrid, ns: bigint): number {
  if (ns < grid.firstNs) return 0;
  return Math.min(Number((ns - grid.firstNs) / grid.widthNs), grid.count - 1);
}

function gridOf(startNs: bigint, endNs: bigint, widthNs: bigint): BucketGrid {
  const first = startNs / widthNs;
  return { firstNs: first * widthNs, widthNs, count: Number((endNs - 1n) / widthNs - first + 1n) };
}
