/** Nearly all: a pattern with groups takes longer. */
const PLAIN = /^-?\d{1,40}$/;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** Powers of ten beyond this are beyond 64 bits whatever stands before them. */
const MAX_EXPONENT = 400;

/** A JSON number as a double if it is a fraction or a safe integer, as a `bigint` if it is whole and larger. */
export function exactNumber(text: string): number | bigint {
  const double = Number(text);
  if (Number.isSafeInteger(double) || !Number.isFinite(double)) return double;
  return wholeNumber(text) ?? double;
}

/** The whole number that a decimal text says, also as `1.5e18` or `20.0`; undefined if it says none. */
export function wholeNumber(text: string): bigint | undefined {
  if (PLAIN.test(text)) return BigInt(text);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = NUMBER.exec(text) ?? [];
  if (whole === "") return undefined;
  const shift = Number(exponent) - fraction.length;
  const digits = whole + fraction;
  if (shift > MAX_EXPONENT) return /^0*$/.test(digits) ? 0n : undefined;
  if (shift >= 0) return BigInt(`${sign}${digits}${"0".repeat(shift)}`);
  const kept = digits.length + shift;
  if (!/^0*$/.test(digits.slice(Math.max(0, kept)))) return undefined;
  return BigInt(`${sign}${kept > 0 ? digits.slice(0, kept) : "0"}`);
}
