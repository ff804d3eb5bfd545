import type { Command } from "commander";
import { parseDuration } from "@betrace/contracts";
import { type ApiClient, type ApiClientOptions, createApiClient } from "../api-client.js";
import { CommandError, EXIT } from "../exit-codes.js";
import type { Io } from "../io.js";

const DEFAULT_URL = "http://127.0.0.1:8080";

/** The server that a command speaks to: `--server`, else `BETRACE_URL`, else this machine. */
export function serverOf(command: Command, io: Io, options: Pick<ApiClientOptions, "signal"> = {}): ApiClient {
  const { server, timeout } = command.optsWithGlobals<{ server?: string; timeout?: string }>();
  const url = server ?? (io.env.BETRACE_URL || DEFAULT_URL);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new CommandError(EXIT.usage, `the server's address: expected http://host:port, found "${url}"`);
  }
  const onWait = (ms: number) =>
    io.err.write(`${url} takes no more requests for ${ms / 1_000} s (its rate limit); waiting.\n`);
  return createApiClient(url, { ...options, onWait, ...(timeout !== undefined && { timeoutMs: timeLimit(timeout) }) });
}

/** The longest that a timer takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

function timeLimit(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0 && ms <= MAX_TIMEOUT_MS) return ms;
  throw new CommandError(EXIT.usage, `--timeout: expected a duration such as 10s or 2m, found "${text}"`);
}

/** An answer as it is, for other programs. */
export function writeJson(io: Io, value: unknown): void {
  io.out.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
