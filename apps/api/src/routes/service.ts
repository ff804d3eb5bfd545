import {
  type ConsoleAnswer,
  consoleAnswer,
  healthAnswer,
  indexAnswer,
  type ReadyAnswer,
  readyAnswer,
} from "@betrace/contracts";
import { z } from "zod";
import type { ApiDeps } from "../deps.js";
import { openApiDocument } from "../http/openapi.js";
import { type Route, route } from "../http/route.js";
import type { Metrics } from "../metrics.js";

/** `/ready` answers within two seconds, whatever hangs. */
const READY_TIMEOUT_MS = 1_500;

/** Health, readiness, metrics, the OpenAPI document, and where things are. */
export function serviceRoutes(
  deps: ApiDeps,
  metrics: Metrics,
  version: string,
  others: readonly Route[],
): readonly Route[] {
  const own: readonly Route[] = [
    route(
      { method: "get", path: "/", name: "index", summary: "Where things are.", answers: { 200: indexAnswer } },
      async () => ({ status: 200, body: { name: "BeTrace", version, links: LINKS } }),
    ),
    route(
      {
        method: "get",
        path: "/health",
        name: "health",
        summary: "200 while the process runs; asks nobody else.",
        answers: { 200: healthAnswer },
      },
      async () => ({ status: 200, body: { status: "healthy" } }),
    ),
    route(
      {
        method: "get",
        path: "/ready",
        name: "ready",
        summary: "Whether Redis and Tempo answer, within two seconds.",
        answers: { 200: readyAnswer, 503: readyAnswer },
      },
      async () => {
        const body = await readiness(deps);
        return { status: body.status === "ready" ? 200 : 503, body };
      },
    ),
    route(
      {
        method: "get",
        path: "/metrics",
        name: "metrics",
        summary: "Prometheus text format.",
        answers: { 200: "text/plain" },
      },
      async ({ log }) => ({ status: 200, text: { type: metrics.contentType, content: await metrics.render(log) } }),
    ),
    route(
      {
        method: "get",
        path: "/v1/console",
        name: "console",
        summary: "What the console must know of this installation.",
        answers: { 200: consoleAnswer },
      },
      async () => {
        const { url, tempoDatasourceUid } = deps.grafana;
        const body: ConsoleAnswer = {
          version,
          grafana_url: url ?? null,
          grafana_datasource_uid: tempoDatasourceUid ?? null,
        };
        return { status: 200, body };
      },
    ),
    route(
      {
        method: "get",
        path: "/openapi.json",
        name: "openapi",
        summary: "This document.",
        answers: { 200: z.record(z.string(), z.unknown()) },
      },
      async () => ({ status: 200, body: document }),
    ),
  ];
  const document = openApiDocument([...own, ...others], version);
  return own;
}

const LINKS = {
  rules: "/v1/rules",
  replays: "/v1/replays",
  violations: "/v1/violations",
  openapi: "/openapi.json",
  health: "/health",
  ready: "/ready",
  metrics: "/metrics",
} as const;

async function readiness({ redis, tempo }: ApiDeps): Promise<ReadyAnswer> {
  const [redisState, tempoState] = await Promise.all([
    probe(() => redis.ping()),
    probe((signal) => tempo.ready(signal)),
  ]);
  return { status: redisState.ok && tempoState.ok ? "ready" : "not_ready", redis: redisState, tempo: tempoState };
}

async function probe(ask: (signal: AbortSignal) => Promise<unknown>): Promise<ReadyAnswer["redis"]> {
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
  const timedOut = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error(`no answer within ${READY_TIMEOUT_MS} ms`)), {
      once: true,
    });
  });
  const took = () => Math.round(performance.now() - startedAt);
  try {
    await Promise.race([ask(signal), timedOut]);
    return { ok: true, milliseconds: took() };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error), milliseconds: took() };
  }
}
