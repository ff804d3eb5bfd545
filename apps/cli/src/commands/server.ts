import type { Command } from "commander";
import { type ApiClient, createApiClient } from "../api-client.js";
import { CommandError, EXIT } from "../exit-codes.js";
import type { Io } from "../io.js";

const DEFAULT_URL = "http://127.0.0.1:8080";

/** The server that a command speaks to: `--server`, else `BETRACE_URL`, else this machine. */
export function serverOf(command: Command, io: Io): ApiClient {
  const { server } = command.optsWithGlobals<{ server?: string }>();
  const url = server ?? (io.env.BETRACE_URL || DEFAULT_URL);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new CommandError(EXIT.usage, `the server's address: expected http://host:port, found "${url}"`);
  }
  return createApiClient(url);
}

/** An answer as it is, for other programs. */
export function writeJson(io: Io, value: unknown): void {
  io.out.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
