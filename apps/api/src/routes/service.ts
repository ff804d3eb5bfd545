import { type ConsoleAnswer, consoleAnswer, healthAnswer, indexAnswer, readyAnswer } from "@betrace/contracts";
import { readiness } from "@betrace/replay";
import { z } from "zod";
import type { ApiDeps } from "../deps.js";
import { openApiDocument } from "../http/openapi.js";
import { type Route, route } from "../http/route.js";
import type { Metrics } from "../metrics.js";

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
        summary: "Whether Redis takes a write and Tempo answers, within two seconds.",
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
