/** Whole seconds as Tempo's search takes them: both ends inclusive, the end after the start. */
export interface SecondsRange {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Half-open, Unix nanoseconds. */
export interface NsRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

const NS_PER_SECOND = 1_000_000_000n;
const NS_PER_MS = 1_000_000n;

/** The shortest range of whole seconds that covers `[startNs, endNs]` padded on either side. */
export function secondsAround({ startNs, endNs }: NsRange, padBeforeMs: number, padAfterMs: number): SecondsRange {
  const start = startNs - BigInt(padBeforeMs) * NS_PER_MS;
  const end = endNs + BigInt(padAfterMs) * NS_PER_MS;
  // Zero would mean "recent data only" to Tempo, and rounding up by division needs non-negative numbers anyway.
  const startSeconds = Math.max(1, Number((start < 0n ? 0n : start) / NS_PER_SECOND));
  const endSeconds = Number((end + NS_PER_SECOND - 1n) / NS_PER_SECOND);
  return { startSeconds, endSeconds: Math.max(endSeconds, startSeconds + 1) };
}

/** Sorts ranges and joins those that touch or overlap; the first reason of a group stays. */
export function mergeRanges<T extends NsRange>(ranges: readonly T[]): T[] {
  const merged: T[] = [];
  for (const range of [...ranges].sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0))) {
    const last = merged.at(-1);
    if (last === undefined || range.startNs > last.endNs) merged.push(range);
    else if (range.endNs > last.endNs) merged[merged.length - 1] = { ...last, endNs: range.endNs };
  }
  return merged;
}

/** The part of `range` inside `bounds`, or undefined for none. */
export function clip<T extends NsRange>(range: T, bounds: NsRange): T | undefined {
  const startNs = range.startNs > bounds.startNs ? range.startNs : bounds.startNs;
  const endNs = range.endNs < bounds.endNs ? range.endNs : bounds.endNs;
  return startNs < endNs ? { ...range, startNs, endNs } : undefined;
}

export const secondsToNs = (seconds: number): bigint => BigInt(seconds) * NS_PER_SECOND;
export const msToNs = (ms: number): bigint => BigInt(ms) * NS_PER_MS;
