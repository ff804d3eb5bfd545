import { formatTimestamp, type ProblemItem } from "@betrace/contracts";
import { ProblemError } from "../http/problem-error.js";

/** A caller's clock may be this far ahead of ours. */
const CLOCK_SKEW_NS = 60_000_000_000n;

/** What the two ends of a range are called where they were given. */
export interface RangeNames {
  readonly start: string;
  readonly end: string;
}

/** In the body of a replay or a try. */
const BODY_NAMES: RangeNames = { start: "start_time", end: "end_time" };
/** In a query. */
export const QUERY_NAMES: RangeNames = { start: "start", end: "end" };

/**
 * Refuses a range that is empty, backwards or not yet over: traces of the future would be missing from the answer.
 * @throws ProblemError `range_invalid`, naming the fields.
 */
export function checkRange(startNs: bigint, endNs: bigint, nowNs: bigint, names: RangeNames = BODY_NAMES): void {
  const errors = orderFaults(startNs, endNs, names);
  if (endNs > nowNs + CLOCK_SKEW_NS) {
    const message = `${formatTimestamp(endNs)} lies in the future; it is ${formatTimestamp(nowNs)} now`;
    errors.unshift({ path: names.end, code: "in_future", message });
  }
  refuse(errors);
}

/**
 * Refuses a range that is empty or backwards.
 * @throws ProblemError `range_invalid`, naming the fields.
 */
export function checkOrder(startNs: bigint, endNs: bigint, names: RangeNames): void {
  refuse(orderFaults(startNs, endNs, names));
}

function orderFaults(startNs: bigint, endNs: bigint, { start, end }: RangeNames): ProblemItem[] {
  if (startNs < endNs) return [];
  const hint = startNs > endNs ? `are ${start} and ${end} swapped?` : `${end} is the first instant after the range`;
  const message = `${formatTimestamp(startNs)} must lie before ${end}, ${formatTimestamp(endNs)}`;
  return [{ path: start, code: "not_before_end", message, hint }];
}

function refuse(errors: readonly ProblemItem[]): void {
  if (errors.length === 0) return;
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw new ProblemError("range_invalid", detail, { errors });
}
