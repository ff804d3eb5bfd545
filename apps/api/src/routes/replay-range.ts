import { formatTimestamp, type ProblemItem } from "@betrace/contracts";
import { ProblemError } from "../http/problem-error.js";

/** A caller's clock may be this far ahead of ours. */
const CLOCK_SKEW_NS = 60_000_000_000n;

/**
 * Refuses a range that is empty, backwards or not yet over: traces of the future would be missing from the answer.
 * @throws ProblemError `range_invalid`, naming the fields.
 */
export function checkRange(startNs: bigint, endNs: bigint, nowNs: bigint): void {
  const errors: ProblemItem[] = [];
  const now = formatTimestamp(nowNs);
  if (endNs > nowNs + CLOCK_SKEW_NS) {
    errors.push({
      path: "end_time",
      code: "in_future",
      message: `${formatTimestamp(endNs)} lies in the future; it is ${now} now`,
    });
  }
  if (startNs >= endNs) {
    errors.push({
      path: "start_time",
      code: "not_before_end",
      message: `${formatTimestamp(startNs)} must lie before end_time, ${formatTimestamp(endNs)}`,
    });
  }
  if (errors.length === 0) return;
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw new ProblemError("range_invalid", detail, { errors });
}
