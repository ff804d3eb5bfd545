import type { TempoClient } from "./client/client.js";
import { MAX_REMEMBERED_PLANS } from "./limits.js";

/**
 * What the last window told of a pair of filters, so that the next one is asked in the cheaper way at once:
 * - `small`: the witnesses came in one answer of moderate size
 * - `bounds`: there were many witnesses, and few traces left between the bounds
 * - `dense`: there were many witnesses, and the bounds left too many traces to be worth asking for
 */
export type PlanMemory = "small" | "bounds" | "dense";

export function remember({ learned: { plans } }: TempoClient, key: string, memory: PlanMemory): void {
  putLast(plans, key, memory);
}

/** How many spans a second of a window has that satisfy a filter. */
export function rememberDensity({ learned: { spansPerSecond } }: TempoClient, filter: string, density: number): void {
  putLast(spansPerSecond, filter, density);
}

/** Whether some trace has many spans that satisfy a filter. */
export function rememberLong({ learned: { longTraces } }: TempoClient, filter: string, some: boolean): void {
  putLast(longTraces, filter, some);
}

function putLast<Value>(memories: Map<string, Value>, key: string, value: Value): void {
  memories.delete(key);
  memories.set(key, value);
  if (memories.size <= MAX_REMEMBERED_PLANS) return;
  for (const oldest of memories.keys()) {
    memories.delete(oldest);
    return;
  }
}
