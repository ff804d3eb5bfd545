import type { IncomingMessage, ServerResponse } from "node:http";
import { RequestError, type SearchBounds } from "../search/params.js";
import type { TraceStore } from "../store/trace-store.js";
import { handleOtlp, type Keep } from "./handle-otlp.js";
import { handleSearch } from "./handle-search.js";
import { handleTagNames, handleTagValues } from "./handle-tags.js";
import { handleTrace } from "./handle-trace.js";
import { reply, replyText } from "./reply.js";

export interface RouteOptions extends SearchBounds {
  readonly store: TraceStore;
  readonly keep: Keep;
  readonly maxResponseBytes: number;
  readonly maxOtlpBodyBytes: number;
  readonly maxAttributeBytes: number;
  /** Unix nanoseconds now. */
  readonly nowNs: () => bigint;
  /** Milliseconds that every read waits before it is answered. */
  readonly delayMs: number;
}

/** Answers one request; every path of both servers leads here. */
export async function route(request: IncomingMessage, response: ServerResponse, options: RouteOptions): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const path = url.pathname;
  if (path === "/v1/traces") {
    if (request.method !== "POST") return refuseMethod(request, response, "POST");
    return handleOtlp(request, response, { ...options, interner: options.store.interner });
  }
  request.resume();
  if (request.method === "POST" && !path.startsWith("/api/")) {
    return replyText(response, 404, `traces are taken by POST /v1/traces (OTLP in JSON or protobuf), not at ${path}\n`);
  }
  if (request.method !== "GET" && request.method !== "HEAD") return refuseMethod(request, response, "GET");
  if (options.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, options.delayMs));
  try {
    answer(request, response, url, path, options);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    replyText(response, error.status, error.message);
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  path: string,
  options: RouteOptions,
): void {
  const trace = /^\/api\/(v2\/)?traces\/([^/]+)$/.exec(path);
  const tagValuesOf = /^\/api\/v2\/search\/tag\/(.+)\/values$/.exec(path);
  if (trace !== null) {
    handleTrace(request, response, options.store, trace[1] === undefined ? "v1" : "v2", trace[2] ?? "");
  } else if (path === "/api/search") {
    handleSearch(request, response, url, options.store, options);
  } else if (path === "/api/v2/search/tags") {
    handleTagNames(response, url, options.store);
  } else if (tagValuesOf !== null) {
    handleTagValues(response, url, decodedTag(tagValuesOf[1] ?? ""), options.store);
  } else if (path === "/ready") {
    replyText(response, 200, "ready\n");
  } else if (path === "/api/echo") {
    replyText(response, 200, "echo\n");
  } else if (path === "/api/status/buildinfo" || path === "/status/buildinfo") {
    reply(response, 200, "application/json", JSON.stringify(BUILD_INFO));
  } else {
    replyText(response, 404, "404 page not found\n");
  }
}

function decodedTag(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestError(400, `please provide a valid tagName: broken percent-encoding in ${text}`);
  }
}

/** Tempo's keys; the version tells a reader that this is not Tempo. */
const BUILD_INFO = {
  version: "tempo-lite",
  revision: "",
  branch: "",
  buildUser: "",
  buildDate: "",
  goVersion: "",
};

function refuseMethod(request: IncomingMessage, response: ServerResponse, allowed: string): void {
  request.resume();
  response.setHeader("allow", allowed);
  replyText(response, 405, `${request.method} is not allowed here; use ${allowed}`);
}
