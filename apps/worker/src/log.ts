import type { Log } from "@betrace/contracts";
import { createLogger, format, transports } from "winston";

/** JSON lines on stdout: `time`, `level`, `message`, then the fields. Errors become their message, code and stack; bigints their digits. */
export function createLog(level: "error" | "warn" | "info" | "debug"): Log {
  const line = format.printf(({ level: lineLevel, message, ...fields }) => {
    const time = new Date().toISOString();
    return JSON.stringify({ time, level: lineLevel, message, ...fields }, plain);
  });
  return createLogger({ level, format: line, transports: [new transports.Console()] });
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, ...("code" in value && { code: value.code }), stack, ...(cause !== undefined && { cause }) };
}
