/** What ioredis and Redis say when a command could not be carried out for reasons that may pass. */
const OUTAGE =
  /Stream isn't writeable|Connection is closed|Command timed out|max retries per request|^(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|MISCONF|NOREPLICAS)\b/;
const SYSTEM_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** Whether an error means that Redis, not the request, is what failed. Follows the causes of an error. */
export function isRedisOutage(thrown: unknown): boolean {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    if (OUTAGE.test(error.message) || error.name === "MaxRetriesPerRequestError") return true;
    if ("code" in error && typeof error.code === "string" && SYSTEM_CODES.has(error.code)) return true;
  }
  return false;
}
