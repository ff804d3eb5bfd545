/**
 * Why a number of JSON would not survive being read: it has more digits than a double holds, or is out of its range;
 * and, if its text is kept later (`asText`), that text would be another. Undefined if it survives.
 */
export function numberFault(token: string, asText: boolean): string | undefined {
  const value = Number(token);
  const shown = token.length > 60 ? `${token.slice(0, 60)}…` : token;
  if (!Number.isFinite(value)) return `the number ${shown} is too large`;
  if (decimalOf(token) !== decimalOf(String(value))) {
    return `the number ${shown} has more digits than can be kept: it would be read as ${value}`;
  }
  if (!asText || token === String(value)) return undefined;
  return `the number ${shown} would be kept as ${value}; write it in quotes, "${shown}"`;
}

/**
 * One spelling for each decimal number, however it is written: its digits without outer zeros, and the power of ten
 * behind them.
 */
function decimalOf(token: string): string {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${sign}${significant}e${Number(power) - fraction.length + (digits.length - significant.length)}`;
}
