const UNIT_NS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
  y: 31_536_000_000_000_000n,
};
/** Prometheus's form, the only one with days, weeks and years: whole numbers, largest unit first. */
const PROMETHEUS = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/;

/** Nanoseconds of `1h30m`, `1.5s`, `250ms`, `2d`: Prometheus's form, else Go's. Exact; undefined if it is neither. */
export function parseDurationNs(text: string): bigint | undefined {
  if (/[dwy]/.test(text) && !PROMETHEUS.test(text)) return undefined;
  let total = 0n;
  let rest = text;
  while (rest !== "") {
    const part = /^(\d+)?(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h|d|w|y)/.exec(rest);
    if (part === null) return undefined;
    const [whole, digits = "", fraction = "", unit = ""] = part;
    const unitNs = UNIT_NS[unit];
    if (unitNs === undefined || (digits === "" && fraction === "")) return undefined;
    total += BigInt(digits === "" ? "0" : digits) * unitNs;
    if (fraction !== "") total += (BigInt(fraction) * unitNs) / 10n ** BigInt(fraction.length);
    rest = rest.slice(whole.length);
  }
  return total <= 0x7fffffffffffffffn ? total : undefined;
}
