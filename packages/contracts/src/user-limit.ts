import { formatDuration } from "./settings/duration.js";

/**
 * A limit that a request, rule, trace, file or deployment can run into, for the table of the operating guide. It stands
 * beside the number it tells of, and takes it from there; numbers that only tune the code have none.
 */
export interface UserLimit {
  /** What is limited, in the user's words. */
  readonly what: string;
  /** The least that is allowed, if there is such. */
  readonly from?: number;
  readonly most: number;
  /** Of things that are counted: none. Others are shown as people write them, e.g. `64 KiB` and `400d`. */
  readonly unit?: "bytes" | "characters" | "ms" | "s";
  /** What happens past it, and what to do if it is not plain. Markdown. */
  readonly passed: string;
}

/** The Markdown table of the operating guide. */
export function userLimitsTable(limits: readonly UserLimit[]): string {
  const rows = limits.map(({ what, from, most, unit, passed }) => {
    const value = from === undefined ? amount(most, unit) : `${amount(from, unit)} to ${amount(most, unit)}`;
    return `| ${what} | ${value} | ${passed} |`;
  });
  return ["| limit | value | past it |", "|---|---|---|", ...rows].join("\n");
}

function amount(value: number, unit: UserLimit["unit"]): string {
  if (unit === "ms") return formatDuration(value);
  if (unit === "s") return formatDuration(value * 1_000);
  const digits = value.toLocaleString("en-US");
  if (unit !== "bytes") return unit === undefined ? digits : `${digits} ${unit}`;
  for (const [size, name] of [
    [1024 ** 2, "MiB"],
    [1024, "KiB"],
  ] as const) {
    if (value % size === 0) return `${value / size} ${name}`;
  }
  return `${digits} bytes`;
}
