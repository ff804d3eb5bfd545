import type { ReplayStatus } from "../replay.js";
import type { TimeWindow } from "./windows.js";

/**
 * A half-open period, Unix nanoseconds, open where a side is absent. What belongs to it is said here, for every list
 * and report:
 *
 * - A *violation* belongs to the period in which its offending span starts.
 * - A *trace*, and so what a replay read and counted, belongs to the period in which its first span starts.
 *
 * They differ for a trace that lies across an end of the period. If it begins before the period and offends in it, the
 * violation is the period's, and a replay of the time before finds it. If it begins in the period and offends after it,
 * a replay of the period finds what belongs to a later one.
 */
export interface Period {
  readonly startNs?: bigint | undefined;
  readonly endNs?: bigint | undefined;
}

/** Whether a window shares an instant with a period. */
export function reachesInto({ startNs, endNs }: TimeWindow, period: Period): boolean {
  return (
    (period.endNs === undefined || startNs < period.endNs) && (period.startNs === undefined || period.startNs < endNs)
  );
}

/** Whether a moment lies in a period. */
export function isIn(ns: bigint, { startNs, endNs }: Period): boolean {
  return (startNs === undefined || startNs <= ns) && (endNs === undefined || ns < endNs);
}

/**
 * The period with its open sides closed by the earliest and the latest time that replays cover: those among the given
 * ones that decided anything and reach into it. A side stays open if there are none.
 */
export function closed(asked: Period, replays: readonly ReplayStatus[]): Period {
  let { startNs, endNs } = asked;
  for (const replay of replays) {
    if (replay.shards.done === 0 || !reachesInto(replay, asked)) continue;
    if (asked.startNs === undefined && (startNs === undefined || replay.startNs < startNs)) startNs = replay.startNs;
    if (asked.endNs === undefined && (endNs === undefined || replay.endNs > endNs)) endNs = replay.endNs;
  }
  return { startNs, endNs };
}

/** A period without an open side as a window. */
export function windowOf({ startNs, endNs }: Period): TimeWindow | undefined {
  return startNs === undefined || endNs === undefined ? undefined : { startNs, endNs };
}
