import { join, sep } from "node:path";
import express, { type RequestHandler, type Response } from "express";

/** What the page says to a person who opens it before it was built. */
const NOT_BUILT = `The console has not been built yet.

Run this where BeTrace is installed, then reload the page:

  npm run build:console

The API itself is up: /openapi.json describes it, /ready says whether Redis and Tempo answer.
`;

/** Counted in the metrics under one name, however many pages and files there are. */
const METRICS_PATH = "console";

/**
 * The built console in `folder`, for browsers: its files, and its page at `/` and at every address that is a place inside
 * the page and not of the API. `apiPaths` are the API's own; nothing under their first segment is ever answered here, and
 * at `/` only those who ask for HTML get the page. Files whose name holds a hash may be kept for ever; the page is asked
 * for each time, so that a new build is seen at once.
 */
export function serveConsole(folder: string, apiPaths: readonly string[]): RequestHandler {
  const apiSegments = new Set(apiPaths.map(firstSegment).filter((segment) => segment !== ""));
  const files = express.static(folder, {
    index: false,
    redirect: false,
    setHeaders: (response: Response, path: string) => {
      const hashed = path.startsWith(join(folder, "assets") + sep);
      response.set("Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
      response.locals.path = METRICS_PATH;
    },
  });
  return (request, response, next) => {
    const segment = firstSegment(request.path);
    if ((request.method !== "GET" && request.method !== "HEAD") || apiSegments.has(segment)) return next();
    files(request, response, (error?: unknown) => {
      const wantsPage = request.get("accept")?.includes("text/html") === true && segment !== "assets";
      if (error !== undefined || !wantsPage) return next(error);
      response.locals.path = METRICS_PATH;
      response.set({ "Cache-Control": "no-cache", Vary: "Accept" });
      // No Last-Modified: images are built with files of one date, and a page of an older build asks for files that are gone.
      response.sendFile("index.html", { root: folder, cacheControl: false, lastModified: false }, (failed) => {
        if (failed === undefined || response.headersSent) return;
        if ((failed as NodeJS.ErrnoException).code !== "ENOENT") return next(failed);
        response.status(503).set("Cache-Control", "no-store").type("text/plain").send(NOT_BUILT);
      });
    });
  };
}

function firstSegment(path: string): string {
  return path.split("/", 2)[1] ?? "";
}
