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
  plans.delete(key);
  plans.set(key, memory);
  if (plans.size <= MAX_REMEMBERED_PLANS) return;
  for (const oldest of plans.keys()) {
    plans.delete(oldest);
    return;
  }
}
