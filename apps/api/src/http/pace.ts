import type { Request, RequestHandler } from "express";
import { patternOf, type Route } from "./route.js";

/**
 * Lets through at most so many requests per turn of the event loop of those that have to wait for their turn, first come, first served;
 * others never wait. A thousand that arrive at once would else be taken up in one go, and who asks where a replay stands would hear
 * nothing for a second. It bounds nothing but the burst: who waits for Tempo, or sends a body slowly, keeps nobody else from his turn.
 */
export function pace(perTurn: number, waits: (request: Request) => boolean): RequestHandler {
  let waiting: (() => void)[] = [];
  function turn(): void {
    const now = waiting.slice(0, perTurn);
    waiting = waiting.slice(perTurn);
    if (waiting.length > 0) setImmediate(turn);
    for (const go of now) go();
  }
  return (request, _response, next) => {
    if (!waits(request)) {
      next();
      return;
    }
    waiting.push(() => next());
    if (waiting.length === 1) setImmediate(turn);
  };
}

/** What changes something, and what opens an event stream; a read is over at once. */
export function waitsForItsTurn(routes: readonly Route[]): (request: Pick<Request, "method" | "path">) => boolean {
  const streams = routes
    .filter(({ answers }) => answers[200] === "text/event-stream")
    .map(({ path }) => patternOf(path));
  return ({ method, path }) => (method !== "GET" && method !== "HEAD") || streams.some((pattern) => pattern.test(path));
}
