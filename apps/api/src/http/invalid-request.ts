import type { ProblemItem } from "@betrace/contracts";
import { ProblemError } from "./problem-error.js";

/**
 * So many of the things that are wrong with one request are named; a megabyte of nonsense is not answered with several.
 */
export const MAX_NAMED = 50;

/**
 * The refusal of a request that has these things wrong with it: all of them, or the first and how many more there are.
 */
export function invalidRequest(items: readonly ProblemItem[], count = items.length): ProblemError {
  const named = items.slice(0, MAX_NAMED);
  const detail = named.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  if (count > named.length) detail.push(`and ${count - named.length} more`);
  return new ProblemError("invalid_request", detail.join("; "), { errors: named });
}
