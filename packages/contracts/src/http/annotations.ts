import { z } from "zod";

/** The longest annotation, characters; of a list, of all it holds with the commas between, which is what an answer shows. */
const MAX_ANNOTATION = 16_384;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const annotationValue = z
  .union([scalar, z.array(scalar).max(64)], {
    error: "expected a string, a number, a boolean, or a list of at most 64 of these",
  })
  .transform((value) => (Array.isArray(value) ? value.map(String).join(",") : String(value)))
  .refine(
    (text) => text.length <= MAX_ANNOTATION,
    `expected at most ${MAX_ANNOTATION.toLocaleString("en-US")} characters`,
  );

/** Annotations in a request: values of any scalar, kept as text. */
export const annotationsIn = z
  .record(z.string().min(1).max(128), annotationValue)
  .refine((record) => Object.keys(record).length <= 64, "expected at most 64 annotations")
  .meta({
    description:
      "Compliance controls and free labels. Numbers and booleans are kept as their text, lists joined by commas, 16,384 characters at most.",
    examples: [{ soc2_control: "CC6.1", compliance_framework: "SOC2" }],
  });
