import { z } from "zod";
import { timeIn } from "./time.js";

/** `GET /v1/attributes` and `.../values`: over which time. */
export const attributesQuery = z.strictObject({
  start: timeIn.optional().meta({ description: "An hour before `end` by default." }),
  end: timeIn.optional().meta({ description: "Now by default." }),
});

const unavailable = z
  .string()
  .nullable()
  .meta({ description: "Why something is missing, e.g. Tempo took too long; null: this is what Tempo knows." });

/** What rules over this Tempo can name, for completion. */
export const attributesAnswer = z
  .object({
    span: z.array(z.string()).meta({ description: 'Names of span attributes: `span.attributes["<name>"]` in a rule.' }),
    resource: z.array(z.string()).meta({ description: 'Names of resource attributes: `span.resource["<name>"]`.' }),
    services: z.array(z.string()),
    span_names: z.array(z.string()),
    unavailable,
  })
  .meta({ id: "Attributes" });
export type AttributesAnswer = z.infer<typeof attributesAnswer>;

/** Values of one attribute. */
export const attributeValuesAnswer = z
  .object({
    values: z.array(
      z.object({
        type: z.string().meta({ description: "Tempo's word: `string`, `int`, `float`, `bool`, `keyword`." }),
        value: z.string(),
      }),
    ),
    unavailable,
  })
  .meta({ id: "AttributeValues" });
export type AttributeValuesAnswer = z.infer<typeof attributeValuesAnswer>;
