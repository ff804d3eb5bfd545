import { parseApiConfig, startApi } from "@betrace/api";
import type { OpenApi } from "./api-page.js";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The OpenAPI document as the API serves it. It needs neither Redis nor Tempo for that. */
export async function servedOpenApi(): Promise<OpenApi> {
  const nobody = "127.0.0.1:9";
  const config = parseApiConfig({ PORT: "0", REDIS_URL: `redis://${nobody}`, TEMPO_URL: `http://${nobody}` });
  const api = await startApi(config, { log: SILENT });
  try {
    return (await (await fetch(`${api.url}/openapi.json`)).json()) as OpenApi;
  } finally {
    await api.close();
  }
}
