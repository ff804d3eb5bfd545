import { formatTimestamp, parseDuration, readTimestamp } from "@betrace/contracts";
import { CommandError, EXIT } from "./exit-codes.js";

export interface RangeOptions {
  readonly since?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Half-open, Unix nanoseconds. */
export interface TimeRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/**
 * What `--since`, `--from` and `--to` say; undefined if none is given. `--to` alone says too little. Throws {@link
 * CommandError}.
 */
export function timeRange({ since, from, to }: RangeOptions, nowNs: bigint): TimeRange | undefined {
  if (since === undefined && from === undefined && to === undefined) return undefined;
  if (since !== undefined && from !== undefined) throw wrong("--since and --from both say where to begin: give one");
  const endNs = to === undefined ? nowNs : timeOf("--to", to);
  const startNs = since === undefined ? fromOf(from) : endNs - ageNs(since);
  if (startNs >= endNs) {
    throw wrong(`the range ends before it begins: ${formatTimestamp(startNs)} to ${formatTimestamp(endNs)}`);
  }
  return { startNs, endNs };
}

function fromOf(from: string | undefined): bigint {
  if (from === undefined) throw wrong("--to says where to end; say where to begin with --from or --since");
  return timeOf("--from", from);
}

/** RFC 3339, or a day, which begins at midnight UTC. */
function timeOf(option: string, text: string): bigint {
  const { ns, problem } = readTimestamp(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (ns !== undefined) return ns;
  throw wrong(`${option}: ${problem} (a day such as 2026-01-11 will do)`);
}

function ageNs(text: string): bigint {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return BigInt(ms) * 1_000_000n;
  throw wrong(`--since: expected a duration such as 15m, 24h or 30d, found "${text}"`);
}

function wrong(message: string): CommandError {
  return new CommandError(EXIT.usage, message);
}
