import { ERROR_BODY_CHARS } from "../limits.js";
import { TempoError } from "./error.js";

/** Tempo's words for an answer over the gRPC message limit, and for a range over `max_duration` (both seen on 2.10 and 3.0). */
const RESPONSE_TOO_LARGE = /larger than (the )?max|trying to send message larger|range specified by start and end/i;
/** 2.6's words, with status 500, for a trace by id that is over its size limit; later servers answer a part of it. */
const TRACE_TOO_LARGE = /trace exceeds max size/i;
const REQUEST_TOO_LARGE =
  /expression exceeds the configured maximum size|request (header|uri|url)[^.]* too (large|long)/i;
const TIMED_OUT = /deadline exceeded|timed? ?out|context canceled/i;

/** Translates an HTTP answer that is not a success into the closed set of errors. `where` names the request for the message. */
export function classifyStatus(
  status: number,
  body: string,
  where: string,
  retryAfterMs: number | undefined,
): TempoError {
  const shown = body.trim().slice(0, ERROR_BODY_CHARS) || "(empty body)";
  const found = `Tempo answered ${status} to ${where}, expected 200: ${shown}`;
  const base = { status, retryAfterMs };
  const ofOneTrace = where.includes("/api/v2/traces/");
  if (status === 429) {
    return new TempoError(
      "rate_limited",
      `${found}. Lower the number of concurrent requests or raise Tempo's queue limit.`,
      {
        ...base,
        retryable: true,
      },
    );
  }
  if (status === 414 || status === 431 || (status >= 400 && REQUEST_TOO_LARGE.test(body))) {
    return new TempoError("too_large", `${found}. The query is longer than the server or a proxy before it allows.`, {
      ...base,
      retryable: false,
      what: "request",
    });
  }
  if (TRACE_TOO_LARGE.test(body)) {
    return new TempoError("too_large", `${found}. Raise max_bytes_per_trace.`, {
      ...base,
      retryable: false,
      what: "response",
    });
  }
  if (status === 413 || RESPONSE_TOO_LARGE.test(body)) {
    const advice = ofOneTrace ? "Raise Tempo's limits on gRPC messages." : "Ask for a smaller time range.";
    return new TempoError("too_large", `${found}. ${advice}`, {
      ...base,
      retryable: false,
      what: "response",
    });
  }
  if (status === 408 || status === 504 || (status >= 500 && TIMED_OUT.test(body))) {
    const advice = ofOneTrace
      ? "Raise Tempo's query timeout."
      : "Ask for a smaller time range or raise Tempo's query timeout.";
    return new TempoError("timeout", `${found}. ${advice}`, {
      ...base,
      retryable: true,
    });
  }
  // 499: Tempo lost the connection between its own parts and takes that for a client that went away (seen on a busy 2.10.8).
  if (status >= 500 || status === 499) {
    return new TempoError("unreachable", `${found}. Look at Tempo's log.`, { ...base, retryable: true });
  }
  if (status === 400) {
    return new TempoError("bad_query", found, { ...base, retryable: false });
  }
  if (status === 401 || status === 403) {
    return new TempoError("refused", `${found}. Check the tenant and the token.`, { ...base, retryable: false });
  }
  return new TempoError("refused", `${found}. Check that the URL is Tempo's query endpoint.`, {
    ...base,
    retryable: false,
  });
}
