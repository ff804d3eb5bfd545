/** A half-open span of time, Unix nanoseconds. */
export interface TimeWindow {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** What is left of a window once the others are taken out, in order of time. */
export function without(window: TimeWindow, taken: readonly TimeWindow[]): TimeWindow[] {
  const rest: TimeWindow[] = [];
  let fromNs = window.startNs;
  for (const { startNs, endNs } of inOrder(taken)) {
    if (endNs <= fromNs) continue;
    if (startNs >= window.endNs) break;
    if (startNs > fromNs) rest.push({ startNs: fromNs, endNs: startNs });
    fromNs = endNs;
  }
  if (fromNs < window.endNs) rest.push({ startNs: fromNs, endNs: window.endNs });
  return rest;
}

function inOrder(windows: readonly TimeWindow[]): readonly TimeWindow[] {
  return [...windows].sort((a, b) => (a.startNs < b.startNs ? -1 : 1));
}
