import { type Api, parseApiConfig, startApi } from "@betrace/api";
import { SILENT, type Stage } from "./stage.js";

/** The API of a stage as a service, on a free port, with the settings as shipped but for `env`. */
export function serveApi(stage: Stage, env: Readonly<Record<string, string>> = {}): Promise<Api> {
  const settings = { REDIS_URL: stage.redisChild.url, TEMPO_URL: stage.tempo.url, PORT: "0", ...env };
  return startApi(parseApiConfig(settings), { log: { ...SILENT, debug: () => {} } });
}

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: rows look into answers of every shape.
  readonly body: any;
}

/** Calls an API with JSON, and reads JSON. */
export async function call(api: Pick<Api, "url">, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${api.url}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}
