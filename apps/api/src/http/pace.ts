import type { RequestHandler } from "express";

/**
 * Lets through at most so many requests that change something per turn of the event loop, first come, first served; reads never wait.
 * A thousand that arrive at once would else be taken up in one go, and who asks where a replay stands would hear nothing for
 * a second. It bounds nothing but the burst: who waits for Tempo, or sends a body slowly, keeps nobody else from his turn.
 */
export function pace(perTurn: number): RequestHandler {
  let waiting: (() => void)[] = [];
  function turn(): void {
    const now = waiting.slice(0, perTurn);
    waiting = waiting.slice(perTurn);
    if (waiting.length > 0) setImmediate(turn);
    for (const go of now) go();
  }
  return (request, _response, next) => {
    if (request.method === "GET" || request.method === "HEAD") {
      next();
      return;
    }
    waiting.push(() => next());
    if (waiting.length === 1) setImmediate(turn);
  };
}
