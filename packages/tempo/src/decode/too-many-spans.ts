import { TempoError } from "../client/error.js";

/** A trace has more spans than may be held of one. */
export const tooManySpans = (maxSpans: number): TempoError =>
  new TempoError("too_large", `it has more than ${maxSpans} spans, the most that are read of one trace`, {
    retryable: false,
    what: "response",
  });
