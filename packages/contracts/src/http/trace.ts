import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const attributes = z.record(z.string(), z.union([scalar, z.array(scalar)])).meta({
  description: "Numbers that JSON does not have (beyond 2^53, NaN) as their text; bytes and maps are left out.",
});

const shownSpan = z.object({
  span_id: z.string(),
  parent_span_id: z.string().meta({ description: "Empty for a root." }),
  name: z.string(),
  service: z.string().nullable(),
  kind: z.enum(["unspecified", "internal", "server", "client", "producer", "consumer"]),
  status: z.enum(["unset", "ok", "error"]),
  status_message: z.string(),
  start_time_unix_nano: z.string().meta({ description: "Text: JSON's numbers do not hold nanoseconds." }),
  duration_nano: z.string(),
  attributes,
  resource_attributes: attributes,
});

/** `GET /v1/traces/{trace_id}`: a trace to look at. */
export const traceAnswer = z
  .object({
    trace_id: z.string(),
    spans: z.array(shownSpan).meta({ description: "In order of start." }),
    span_count: z.int().meta({ description: "All spans that Tempo gave; the earliest are in `spans`." }),
    cut: z.string().nullable().meta({ description: "Why `spans` is not the whole trace; null: it is." }),
  })
  .meta({ id: "Trace" });
export type TraceAnswer = z.infer<typeof traceAnswer>;
