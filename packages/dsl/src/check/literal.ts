import type { LiteralSyntax } from "../parse/syntax.js";
import type { Report } from "../problem.js";
import type { Literal } from "../rule.js";

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const INT64_DIGITS = 19;

/** The value of a literal; undefined if it has none and a problem was reported. */
export function checkLiteral(literal: LiteralSyntax, report: Report): Literal | undefined {
  switch (literal.kind) {
    case "string": {
      const value = checkString(literal, report);
      return value === undefined ? undefined : { kind: "string", value };
    }
    case "boolean":
      return { kind: "boolean", value: literal.text.toLowerCase() === "true" };
    case "integer":
      return checkInteger(literal, report);
    case "decimal": {
      const value = Number(literal.text);
      if (Number.isFinite(value)) return { kind: "decimal", value };
      report({ code: "bad_number", message: "this number is too large for a double", place: literal.place });
      return undefined;
    }
    case "duration":
      return checkDuration(literal, report);
    case "numberlike":
      return reportNumberlike(literal, report);
    default:
      return literal.kind satisfies never;
  }
}

/** The text of a string literal, its JSON escapes resolved. */
export function checkString(literal: LiteralSyntax, report: Report): string | undefined {
  const value = parseJsonString(literal.text);
  if (value === undefined) {
    report({
      code: "bad_string",
      message: "this string has an escape or a control character that JSON does not allow",
      place: literal.place,
      expected: ['one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000 after a backslash'],
      hint: 'a backslash itself is written twice: "^db\\\\."',
    });
    return undefined;
  }
  if (/\p{Surrogate}/u.test(value)) {
    report({ code: "bad_string", message: "this string holds half of a surrogate pair", place: literal.place });
    return undefined;
  }
  return value;
}

function parseJsonString(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function checkInteger({ text, place }: LiteralSyntax, report: Report): Literal | undefined {
  const digits = text.replace(/^-?0*(?=\d)/, "");
  const value = digits.length <= INT64_DIGITS ? BigInt(text) : undefined;
  if (value !== undefined && value >= INT64_MIN && value <= INT64_MAX) return { kind: "integer", value };
  report({
    code: "bad_number",
    message: "this integer does not fit 64 bits",
    place,
    expected: [`${INT64_MIN} to ${INT64_MAX}`],
    hint: "write it as a decimal, such as 1e20",
  });
  return undefined;
}

const NS_PER_UNIT: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["\u00B5s", 1_000n],
  ["\u03BCs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

/** Exact: decimal digits times whole nanoseconds, never through a double. */
function checkDuration({ text, place }: LiteralSyntax, report: Report): Literal | undefined {
  const bad = (message: string, hint?: string) => {
    report({ code: "bad_duration", message, place, hint });
    return undefined;
  };
  if (text.startsWith("-")) return bad("a duration is never negative");
  let total = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of text.matchAll(/(\d+)(?:\.(\d+))?([^\d.]+)/g)) {
    const digits = withoutTrailingZeros(fraction);
    if (whole.replace(/^0+/, "").length > INT64_DIGITS) return bad("this duration is longer than 292 years");
    if (digits.length > INT64_DIGITS) return bad("this duration is finer than a nanosecond");
    const scaled = BigInt(whole + digits) * (NS_PER_UNIT.get(unit) ?? 0n);
    const scale = 10n ** BigInt(digits.length);
    if (scaled % scale !== 0n) return bad("this duration is finer than a nanosecond", "round it to whole nanoseconds");
    total += scaled / scale;
    if (total > INT64_MAX) return bad("this duration is longer than 292 years");
  }
  return { kind: "duration", ns: total };
}

/** Not `/0+$/`: that is quadratic in a run of zeros. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === "0") end -= 1;
  return digits.slice(0, end);
}

const OTHER_UNITS: ReadonlyMap<string, string> = new Map([
  ["d", "24h"],
  ["day", "24h"],
  ["days", "24h"],
  ["sec", "s"],
  ["secs", "s"],
  ["second", "s"],
  ["seconds", "s"],
  ["min", "m"],
  ["mins", "m"],
  ["minute", "m"],
  ["minutes", "m"],
  ["hr", "h"],
  ["hour", "h"],
  ["hours", "h"],
  ["msec", "ms"],
  ["millis", "ms"],
]);

function reportNumberlike({ text, place }: LiteralSyntax, report: Report): undefined {
  const [, digits = "", unit = ""] = text.match(/^(-?\d[\d.]*)([a-z\u00B5\u03BC]+)$/i) ?? [];
  if (unit) {
    const known =
      OTHER_UNITS.get(unit.toLowerCase()) ?? (NS_PER_UNIT.has(unit.toLowerCase()) ? unit.toLowerCase() : undefined);
    report({
      code: "bad_duration",
      message: `"${unit}" is not a unit of time`,
      place,
      expected: ["ns", "us", "ms", "s", "m", "h"],
      hint: known === undefined ? undefined : known === "24h" ? "write hours: 24h" : `write ${digits}${known}`,
    });
  } else {
    const plain = text.replaceAll("_", "");
    report({
      code: "bad_number",
      message: "this is neither a number nor a duration",
      place,
      expected: ["a number such as 3 or 1.5", "a duration such as 250ms"],
      hint: /^-?\d+(\.\d+)?$/.test(plain) && plain !== text ? `write ${plain}` : undefined,
    });
  }
  return undefined;
}
