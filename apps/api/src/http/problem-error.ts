import { PROBLEMS, type Problem, type ProblemCode, type ProblemItem } from "@betrace/contracts";
import { redisFault, ReplayError, sayRedisFault } from "@betrace/replay";
import { TempoError } from "@betrace/tempo";
import { ruleErrorItem } from "../rule-error-item.js";

/** A refusal with its stable code. Thrown anywhere below a handler, answered as problem+json. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  readonly errors: readonly ProblemItem[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    more: {
      readonly errors?: readonly ProblemItem[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
    this.code = code;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

/** The one place that turns whatever was thrown into a problem. What it does not know is `internal`, and its message stays inside. */
export function toProblemError(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  if (thrown instanceof ReplayError) {
    const errors = thrown.ruleErrors.map(ruleErrorItem);
    return new ProblemError(thrown.code, thrown.message, {
      ...(errors.length > 0 && { errors }),
      ...(thrown.code === "too_many_replays" && { headers: { "Retry-After": "30" } }),
      cause: thrown,
    });
  }
  const fault = redisFault(thrown);
  // An error that Redis answered and that is none of its known faults was asked for by a bug.
  if (fault !== undefined && !(fault.code === "ERR" && fault.reached)) {
    return new ProblemError("redis_unavailable", `Redis cannot be used: ${sayRedisFault(fault)}`, {
      headers: { "Retry-After": String(fault.retryAfterSeconds) },
      cause: thrown,
    });
  }
  if (thrown instanceof TempoError) {
    return new ProblemError("tempo_unavailable", thrown.message, {
      headers: { "Retry-After": String(Math.ceil((thrown.retryAfterMs ?? 2_000) / 1_000)) },
      cause: thrown,
    });
  }
  if (thrown instanceof DOMException && thrown.name === "TimeoutError") {
    return new ProblemError("tempo_unavailable", "Tempo took too long; try again in a moment", {
      headers: { "Retry-After": "5" },
      cause: thrown,
    });
  }
  const unreadable = bodyProblem(thrown);
  if (unreadable !== undefined) return unreadable;
  if (thrown instanceof URIError) {
    return new ProblemError("invalid_request", "the address holds a broken percent-encoding", { cause: thrown });
  }
  return new ProblemError("internal", "an error of BeTrace itself; the log has it under this request id", {
    cause: thrown,
  });
}

/** What express's body reader says, by its `type`; what zlib says, by its `code`. */
function bodyProblem(thrown: unknown): ProblemError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { type, code, encoding } = thrown as Error & { type?: unknown; code?: unknown; encoding?: unknown };
  const unreadable = (detail: string) => new ProblemError("invalid_request", detail, { cause: thrown });
  if (type === "entity.too.large") {
    return new ProblemError("body_too_large", "the body is larger than 1 MiB", { cause: thrown });
  }
  if (type === "encoding.unsupported") {
    const found = JSON.stringify(String(encoding).slice(0, 60));
    return unreadable(`expected the Content-Encoding gzip, deflate, br or none, found ${found}`);
  }
  if (typeof code === "string" && /^(?:Z_|ERR__)/.test(code)) {
    return unreadable(`the body is not packed as its Content-Encoding says, or is cut off: ${thrown.message}`);
  }
  if (type === "request.aborted" || type === "request.size.invalid") {
    return unreadable(`the body cannot be read: ${thrown.message}`);
  }
  return undefined;
}

/** A problem's body as RFC 9457 asks. */
export function problemBody(error: ProblemError, requestId: string): Problem {
  const { status, title } = PROBLEMS[error.code];
  return {
    type: `urn:betrace:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.errors !== undefined && { errors: [...error.errors] }),
  };
}
