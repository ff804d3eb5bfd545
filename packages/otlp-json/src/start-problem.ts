/** 2262-04-11, the end of nanoseconds with a sign. */
export const END_OF_TIME_NS = 1n << 63n;

/**
 * What is wrong with a span's start in Unix nanoseconds, of 64 bits without a sign; undefined if nothing is. A trace belongs to the
 * time at which it starts: without one, or with one from `endNs` on, no replay would find it.
 */
export function startProblem(startNs: bigint, endNs = END_OF_TIME_NS): string | undefined {
  if (startNs === 0n) return "expected the time at which the span started, found none";
  if (startNs < endNs) return undefined;
  const found = startNs < END_OF_TIME_NS ? startNs : BigInt.asIntN(64, startNs);
  const until = new Date(Number(endNs / 1_000_000n)).toISOString();
  return `expected Unix nanoseconds before ${until} and after 1970, found ${found}`;
}
