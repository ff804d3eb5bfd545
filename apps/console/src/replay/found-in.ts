import type { ReplayAnswer } from "@betrace/contracts";
import type { QueryChanges } from "../place.js";
import { isoOf } from "../time/range.js";

/**
 * The filter of the violations page that shows what a replay found, in one slice of its time unless in all of it. A
 * trace that begins in the range may offend after it: what did counts in the last slice, which then ends after the last
 * violation.
 */
export function foundIn(
  replay: Pick<ReplayAnswer, "rule_id" | "rules" | "start_time" | "end_time" | "last_violation_at">,
  slice?: { readonly startMs: number; readonly endMs: number },
): QueryChanges {
  const { rule_id, rules, start_time, end_time, last_violation_at } = replay;
  const endMs = slice?.endMs ?? Date.parse(end_time);
  const lastMs = Date.parse(last_violation_at ?? "");
  const isLast = endMs >= Date.parse(end_time);
  return {
    ...(rules.length === 1 ? { rule: rule_id } : {}),
    start: slice === undefined ? start_time : isoOf(slice.startMs),
    end: isLast && lastMs >= endMs ? isoOf(lastMs + 1) : slice === undefined ? end_time : isoOf(endMs),
  };
}
