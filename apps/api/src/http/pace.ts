import type { Request, RequestHandler } from "express";
import { patternOf, type Route } from "./route.js";

/** How long nobody is let through, at most, while others still come in, milliseconds. */
const HELD_MS = 20;

/**
 * Lets through at most N requests per turn of the event loop of those that have to wait for their turn, first
 * come, first served; others never wait. A thousand that arrive at once would else be taken up in one go, and who asks
 * where a replay stands would hear nothing for a second. It bounds nothing but the burst: who waits for Tempo, or sends
 * a body slowly, keeps nobody else from his turn.
 *
 * While each turn brings another, nobody is let through for a moment: the loop takes in one new connection per turn
 * (libuv since 1.45), and work in these turns would keep those outside who need not wait.
 */
export function pace(perTurn: number, waits: (request: Request) => boolean): RequestHandler {
  let waiting: (() => void)[] = [];
  let cameThisTurn = false;
  let lastGoMs = 0;
  function turn(): void {
    const nowMs = performance.now();
    const held = cameThisTurn && nowMs - lastGoMs < HELD_MS;
    cameThisTurn = false;
    if (held) {
      setImmediate(turn);
      return;
    }
    lastGoMs = nowMs;
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
    cameThisTurn = true;
    if (waiting.length > 1) return;
    lastGoMs = performance.now();
    setImmediate(turn);
  };
}

/** What changes something, and what opens an event stream; a read is over at once. */
export function waitsForItsTurn(routes: readonly Route[]): (request: Pick<Request, "method" | "path">) => boolean {
  const streams = routes
    .filter(({ answers }) => answers[200] === "text/event-stream")
    .map(({ path }) => patternOf(path));
  return ({ method, path }) => (method !== "GET" && method !== "HEAD") || streams.some((pattern) => pattern.test(path));
}
