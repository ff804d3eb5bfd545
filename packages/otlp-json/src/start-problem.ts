/** 2262-04-11, the end of signed nanoseconds. */
const END_OF_TIME_NS = 1n << 63n;

/**
 * What is wrong with a span's start in Unix nanoseconds, of 64 bits without a sign; undefined where nothing is. A trace belongs to the
 * time at which it starts: without one, or with one beyond 2262, no replay would find it.
 */
export function startProblem(startNs: bigint): string | undefined {
  if (startNs === 0n) return "expected the time at which the span started, found none";
  if (startNs < END_OF_TIME_NS) return undefined;
  const signed = BigInt.asIntN(64, startNs);
  return `expected a time from 1970 to 2262 in Unix nanoseconds, found ${startNs} (${signed} with a sign)`;
}
