import { randomUUID } from "node:crypto";
import type { Log } from "@betrace/contracts";
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import { rateLimit } from "express-rate-limit";
import helmet from "helmet";
import { serveConsole } from "./console.js";
import { ProblemError, problemBody, toProblemError } from "./problem-error.js";
import { LIMITS } from "../limits.js";
import { pace, waitsForItsTurn } from "./pace.js";
import { readJson } from "./read-json.js";
import { readQuery } from "./read-query.js";
import { type Answer, mediaTypesOf, type Route } from "./route.js";
import { methodsAt, whatExists } from "./what-exists.js";

export interface AppOptions {
  readonly routes: readonly Route[];
  readonly log: Log;
  /** Requests a minute for one client address; 0: no limit. */
  readonly rateLimitPerMinute: number;
  /** How many proxies in front are believed about the client's address. */
  readonly trustedProxies: number;
  /** The built console; not given: browsers see only the API. */
  readonly consoleFolder?: string;
  /** Told of every error; true: it is Redis's, and the log has it. */
  readonly noteOutage: (thrown: unknown) => boolean;
  /** Called once a request was answered, with its route's path template. */
  readonly onAnswered: (method: string, path: string, status: number, seconds: number) => void;
}

/**
 * Paths that a probe polls: never limited, logged at `debug` only, and answered whatever the query and `Accept` say:
 * probes look at the status.
 */
const PROBES: ReadonlySet<string> = new Set(["/health", "/ready", "/metrics"]);

/** For the console: everything comes from here, and nothing is asked of anyone else. */
const CONTENT_SECURITY_POLICY = {
  // The editor writes its style sheets as it starts, and the charts their sizes.
  styleSrc: ["'self'", "'unsafe-inline'"],
  fontSrc: ["'self'"],
  // A browser told to upgrade to https could not load the page from a plain http port.
  upgradeInsecureRequests: null,
};

/** The Express app of the given routes: security headers, request ids, log, limit, problems, 404 and 405. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  // Queries are read by our own reader, which drops nothing.
  app.set("query parser", false);
  app.set("trust proxy", options.trustedProxies);
  app.use(identify(options));
  app.use(pace(LIMITS.maxPacedPerTurn, waitsForItsTurn(options.routes)));
  app.use(helmet({ contentSecurityPolicy: { directives: CONTENT_SECURITY_POLICY } }));
  app.use(refuseCrossSite);
  if (options.rateLimitPerMinute > 0) app.use(limit(options.rateLimitPerMinute));
  if (options.consoleFolder !== undefined) {
    const apiPaths = options.routes.map((route) => route.path);
    app.use(serveConsole(options.consoleFolder, apiPaths));
  }
  for (const route of options.routes) {
    app[route.method](
      route.path.replace(/\{(\w+)\}/g, ":$1"),
      express.raw({ type: () => true, limit: LIMITS.maxBodyBytes }),
      async (request: Request, response: Response) => {
        response.locals.path = route.path;
        const bytes: Uint8Array = request.body instanceof Uint8Array ? request.body : new Uint8Array();
        const answer = await route.handle({
          params: request.params as Record<string, string>,
          query: PROBES.has(route.path) ? {} : readQuery(request.originalUrl),
          hasBody: bytes.length > 0,
          readBody: () => readJson(bytes, request.get("content-type")),
          requestId: requestIdOf(response),
          log: withRequestId(options.log, requestIdOf(response)),
          accepted: acceptedOf(request, mediaTypesOf(route)),
          lastEventId: request.get("last-event-id"),
          signal: whenLeft(response),
        });
        send(response, answer);
      },
    );
  }
  app.use((request, response) => {
    const methods = methodsAt(request.path, options.routes);
    if (request.method !== "OPTIONS" || methods.length === 0) {
      throw whatExists(request.method, request.path, options.routes);
    }
    response.status(204).set("Allow", methods.join(", ")).end();
  });
  app.use(answerProblem(options));
  return app;
}

function send(response: Response, answer: Answer): void {
  response.status(answer.status).set({ "Cache-Control": "no-store", ...answer.headers });
  if (answer.stream !== undefined) {
    response.set("Content-Type", answer.stream.type);
    answer.stream.pipe(response);
    if (response.req.method === "HEAD") response.end();
    // What was written at once takes them along; of two hundred streams that open together, each is one packet less.
    else if (!response.headersSent) response.flushHeaders();
  } else if (answer.text !== undefined) response.set("Content-Type", answer.text.type).send(answer.text.content);
  else if (answer.body === undefined) response.end();
  else response.json(answer.body);
}

/**
 * Of the types that a call answers in, the one that the client likes best.
 * @throws ProblemError `not_acceptable` if it takes none.
 */
function acceptedOf(request: Request, types: readonly string[]): string {
  const [preferred = ""] = types;
  if (preferred === "" || PROBES.has(request.path)) return preferred;
  const accepted = request.accepts([...types]);
  if (accepted !== false) return accepted;
  const detail = `this call answers in ${types.join(" or ")}; Accept takes neither: ${request.get("accept")?.slice(0, 200)}`;
  throw new ProblemError("not_acceptable", types.length > 1 ? detail : detail.replace("neither", "only others"));
}

/** Aborts when the connection ends before the answer was sent whole. */
function whenLeft(response: Response): AbortSignal {
  const left = new AbortController();
  if (response.destroyed) left.abort(new Error("the client went away"));
  response.once("close", () => {
    if (!response.writableFinished) left.abort(new Error("the client went away"));
  });
  return left.signal;
}

function identify({ log, onAnswered }: AppOptions): RequestHandler {
  return (request, response, next) => {
    const given = request.get("x-request-id");
    const requestId = given !== undefined && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
    response.locals.requestId = requestId;
    response.set("X-Request-Id", requestId);
    const startedAt = performance.now();
    response.once("close", () => {
      const ms = performance.now() - startedAt;
      const { method, path } = request;
      const status = response.writableFinished ? response.statusCode : 499;
      onAnswered(method, String(response.locals.path ?? "unknown"), status, ms / 1_000);
      const fields = { requestId, method, path: path.slice(0, 500), status, ms: Math.round(ms) };
      if (PROBES.has(path)) log.debug("answered", fields);
      else log.info("answered", fields);
    });
    next();
  };
}

/**
 * Because a body needs no JSON Content-Type, a browser would send it from any web page to an API on the same machine
 * without asking first. Browsers say where a request comes from (Fetch Metadata, w3.org/TR/fetch-metadata); others do not.
 */
const refuseCrossSite: RequestHandler = (request, _response, next) => {
  const changes = request.method !== "GET" && request.method !== "HEAD";
  if (changes && request.get("sec-fetch-site") === "cross-site") {
    throw new ProblemError("cross_site", "a web page of another site may not change anything here");
  }
  next();
};

function limit(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    // Whether proxies are believed is a setting here; its own checks would only write to the console.
    validate: false,
    skip: (request) => PROBES.has(request.path),
    handler: (_request, _response, next) => {
      next(new ProblemError("rate_limited", `more than ${perMinute} requests in a minute; see Retry-After`));
    },
  });
}

function answerProblem({ log, noteOutage }: AppOptions): ErrorRequestHandler {
  return (thrown: unknown, request: Request, response: Response, _next) => {
    // Who has left hears no problem, and leaving is none.
    if (response.destroyed) return;
    const error = toProblemError(thrown);
    const body = problemBody(error, requestIdOf(response));
    const outage = noteOutage(thrown);
    if (outage && body.status === 503) {
      log.debug("request failed", { requestId: body.request_id, code: body.code, reason: body.detail });
    } else if (body.status === 503) {
      log.warn("request failed", { requestId: body.request_id, code: body.code, reason: String(error.cause ?? error) });
    } else if (body.status >= 500) {
      log.error("request failed", {
        requestId: body.request_id,
        code: body.code,
        path: request.path,
        error: error.cause ?? error,
      });
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(body.status).set({ "Cache-Control": "no-store", ...error.headers });
    response.set("Content-Type", "application/problem+json; charset=utf-8").send(JSON.stringify(body));
  };
}

function requestIdOf(response: Response): string {
  return String(response.locals.requestId);
}

function withRequestId(log: Log, requestId: string): Log {
  const add = (fields?: Readonly<Record<string, unknown>>) => ({ requestId, ...fields });
  return {
    debug: (message, fields) => log.debug(message, add(fields)),
    info: (message, fields) => log.info(message, add(fields)),
    warn: (message, fields) => log.warn(message, add(fields)),
    error: (message, fields) => log.error(message, add(fields)),
  };
}
