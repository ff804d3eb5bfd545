import { z } from "zod";
import { epochProblem, readTimestamp } from "./timestamp.js";

/** A time in a request: RFC 3339 in, Unix nanoseconds out. */
export const timeIn = z
  .string({
    error: ({ input }) => (typeof input === "number" ? epochProblem(String(input)) : undefined),
  })
  .meta({
    format: "date-time",
    description: "RFC 3339, any offset, up to nine fraction digits.",
    examples: ["2026-03-01T00:00:00Z"],
  })
  .transform((text, context) => {
    const { ns, problem } = readTimestamp(text);
    if (ns !== undefined) return ns;
    context.addIssue(problem);
    return z.NEVER;
  });

/** A time in an answer: RFC 3339 in UTC, with nanoseconds where there are any. */
export const timeOut = z.string().meta({ format: "date-time", examples: ["2022-08-22T05:09:53.203170345Z"] });
