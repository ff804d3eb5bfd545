import type { Log } from "@betrace/contracts";

/**
 * The log of a process that talks to a person: warnings and errors as one line each on `stream`, nothing else. `LOG_LEVEL`
 * `debug` or `info` lets more through.
 */
export function createPersonLog(stream: NodeJS.WritableStream, level: string | undefined): Log {
  const order: readonly string[] = ["debug", "info", "warn", "error"];
  const lowest = order.indexOf(level ?? "warn");
  const from = lowest === -1 ? order.indexOf("warn") : lowest;
  const at =
    (rank: number) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): void => {
      if (rank < from) return;
      const detail = fields === undefined ? "" : ` ${JSON.stringify(fields, plainValues)}`;
      stream.write(`${order[rank] ?? "info"}: ${message}${detail}\n`);
    };
  return { debug: at(0), info: at(1), warn: at(2), error: at(3) };
}

function plainValues(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Error ? value.message : value;
}
