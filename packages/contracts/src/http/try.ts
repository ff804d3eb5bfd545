import { z } from "zod";
import { timeIn, timeOut } from "./time.js";
import { violationAnswer } from "./violation.js";

/** `POST /v1/rules/try`. */
export const tryRequest = z
  .strictObject({
    dsl: z.string(),
    start_time: timeIn,
    end_time: timeIn,
    limit: z
      .int()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: "Matches after which no older part of the range is read; 50 by default." }),
  })
  .meta({ id: "TryRequest" });

/** How far a try is: the `progress` event. */
export const tryProgress = z
  .object({
    traces_evaluated: z.int(),
    violations_found: z.int(),
    read_from: timeOut.meta({
      description: "From here to `end_time` everything was read: the newest part comes first.",
    }),
  })
  .meta({ id: "TryProgress" });
export type TryProgressAnswer = z.infer<typeof tryProgress>;

/** What a rule would find: the answer, and the `end` event. */
export const tryAnswer = z
  .object({
    ...tryProgress.shape,
    start_time: timeOut,
    end_time: timeOut,
    first_violation_at: timeOut.nullable().meta({ description: "Of what was read." }),
    matches: z
      .array(violationAnswer)
      .meta({ description: "The newest violations first. They are stored nowhere: `replay_id` is empty." }),
    incomplete_windows: z.array(z.object({ start_time: timeOut, end_time: timeOut, reason: z.string() })),
    stopped: z
      .object({
        reason: z.enum(["matches", "time", "tempo"]),
        detail: z.string(),
      })
      .nullable()
      .meta({ description: "Why nothing before `read_from` was read; null: the whole range was." }),
  })
  .meta({ id: "TryAnswer" });
export type TryAnswer = z.infer<typeof tryAnswer>;
