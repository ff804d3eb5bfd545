import { nearest } from "@betrace/contracts";
import { ProblemError } from "./problem-error.js";
import { patternOf, type Route } from "./route.js";

/** The methods that an address takes, HEAD among them wherever GET is, and OPTIONS; none if there is nothing. */
export function methodsAt(path: string, routes: readonly Route[]): readonly string[] {
  const methods = routes.filter((route) => patternOf(route.path).test(path)).map((route) => route.method.toUpperCase());
  if (methods.length === 0) return [];
  return [...new Set([...methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])), "OPTIONS"])];
}

/** The 405 or 404 for an address and method that no route takes: it says what does exist. */
export function whatExists(method: string, path: string, routes: readonly Route[]): ProblemError {
  const methods = methodsAt(path, routes);
  if (methods.length > 0) {
    const allow = methods.join(", ");
    return new ProblemError("method_not_allowed", `${path} takes ${allow}, not ${method}`, {
      headers: { Allow: allow },
    });
  }
  const paths = [...new Set(routes.map((route) => route.path))];
  const guess = nearest(path, paths);
  const hint = guess === undefined ? "." : `; did you mean ${guess}?`;
  return new ProblemError(
    "route_not_found",
    `nothing is served at ${path.slice(0, 200)}${hint} There is ${paths.join(", ")}`,
  );
}
