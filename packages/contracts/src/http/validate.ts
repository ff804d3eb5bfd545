import { z } from "zod";
import { problemItem } from "./problem.js";

export const validateRequest = z.strictObject({ dsl: z.string() }).meta({ id: "ValidateRequest" });

/** What a rule's text means, or everything that is wrong with it. Always 200: the question was answered. */
export const validateAnswer = z
  .object({
    valid: z.boolean(),
    errors: z.array(problemItem),
    witness_query: z.string().nullable().meta({
      description: "The TraceQL that fetches the spans which can matter; null if the rule needs none or has errors.",
    }),
    candidate_queries: z.array(z.string()).meta({
      description: "TraceQL whose matches alone can violate; empty if every trace of the range must be decided.",
    }),
    explanation: z.string().nullable(),
    normalized: z.string().nullable().meta({ description: "The rule as BeTrace prints it." }),
    not_pushed_down: z
      .array(z.object({ predicate: z.string(), reason: z.string() }))
      .meta({ description: "Predicates that Tempo cannot narrow, and why; they are decided here." }),
  })
  .meta({ id: "ValidateAnswer" });
export type ValidateAnswer = z.infer<typeof validateAnswer>;
