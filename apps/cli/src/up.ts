import type { Log } from "@betrace/contracts";
import { type Environment, type Stack, startStack } from "./stack.js";

export interface UpOptions {
  readonly env: Environment;
  readonly dataDir: string | undefined;
  readonly log: Log;
  /** Where the person reads. */
  readonly out: NodeJS.WritableStream;
  /** Resolves when the person wants it to end, e.g. on SIGINT. */
  readonly untilStopped: Promise<void>;
}

/** `betrace up`: everything in one process, until it is stopped. */
export async function up(options: UpOptions): Promise<void> {
  const stack = await startStack({ env: options.env, dataDir: options.dataDir, ports: "fixed", log: options.log });
  try {
    options.out.write(`${describeStack(stack)}\n\nStop with Ctrl-C.\n`);
    await options.untilStopped;
    options.out.write("\nStopping.\n");
  } finally {
    await stack.close();
  }
}

/** Where everything listens and what is kept, for a person. */
export function describeStack(stack: Stack): string {
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
