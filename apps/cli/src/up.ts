import { once } from "node:events";
import type { Log } from "@betrace/contracts";
import type { Io } from "./io.js";
import { type Stack, type StackPorts, startStack } from "./stack.js";

export interface UpOptions {
  readonly io: Io;
  readonly dataDir: string | undefined;
  readonly ports: StackPorts;
  readonly log: Log;
}

/** `betrace up`: everything in one process, until it is stopped. */
export async function up({ io, ...options }: UpOptions): Promise<void> {
  await withStack(io, options, async (_stack, stopped) => {
    io.out.write("\nStop with Ctrl-C.\n");
    if (!stopped.aborted) await once(stopped, "abort");
    io.out.write("\nStopping.\n");
  });
}

/** Nothing runs yet that would have to be handed back. */
const END_STARTING_MS = 1_000;
/** For what is ended after the API and the worker have had their grace. */
const END_REST_MS = 1_000;

/**
 * Runs `use` on everything in one process, says first where it listens, and ends it all within the grace
 * (`SHUTDOWN_GRACE`).
 */
export async function withStack<T>(
  io: Io,
  options: Omit<UpOptions, "io">,
  use: (stack: Stack, stopped: AbortSignal) => Promise<T>,
): Promise<T> {
  const stopped = io.endsItself(END_STARTING_MS);
  const say = (line: string) => io.out.write(`${line}\n`);
  const stack = await startStack({ ...options, env: io.env, say, signal: stopped });
  io.endsItself(stack.graceMs + END_REST_MS);
  try {
    say(describeStack(stack));
    return await use(stack, stopped);
  } catch (error) {
    // Whatever was under way when it was told to end says so in its own words.
    stopped.throwIfAborted();
    throw error;
  } finally {
    await stack.close();
  }
}

function describeStack(stack: Stack): string {
  const redis = stack.redis.origin === "embedded" ? "embedded in this process" : stack.redis.origin;
  const rows = [
    ["API", stack.apiUrl, "POST /v1/rules, GET /openapi.json"],
    ["Tempo", stack.tempo.url, stack.tempo.embedded ? "embedded: tempo-lite, Tempo's HTTP API" : "TEMPO_URL"],
    ["OTLP in", stack.tempo.otlpUrl, "traces go to /v1/traces"],
    ["Redis", withoutPassword(stack.redis.url), redis],
  ];
  return [
    "BeTrace is up.",
    ...rows.map(([name = "", url = "", what = ""]) => `  ${name.padEnd(8)} ${url.padEnd(26)} ${what}`),
    "",
    ...stack.kept,
  ].join("\n");
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== "") shown.password = "***";
  return shown.toString().replace(/\/$/, "");
}
