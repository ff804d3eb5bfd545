import { z } from "zod";

/**
 * The longest annotation, characters; of a list, of all it holds with the commas between, which is what an answer
 * shows.
 */
const MAX_ANNOTATION = 16_384;

/** The most items of a list. */
const MAX_ITEMS = 64;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const annotationValue = z
  .union([scalar, z.array(scalar).max(MAX_ITEMS)], {
    error: ({ input }) =>
      `expected a string, a number, a boolean, or a list of at most ${MAX_ITEMS} of these, found ${found(input)}`,
  })
  .superRefine((value, context) => {
    const split = Array.isArray(value) ? value.find((item) => String(item).includes(",")) : undefined;
    if (split === undefined) return;
    context.addIssue(
      `expected items without commas, which join them, found ${JSON.stringify(split)}; write it as items of its own, or all as one text`,
    );
  })
  .transform((value) => (Array.isArray(value) ? value.map(String).join(",") : String(value)))
  .refine(
    (text) => text.length <= MAX_ANNOTATION,
    `expected at most ${MAX_ANNOTATION.toLocaleString("en-US")} characters`,
  );

function found(value: unknown): string {
  if (!Array.isArray(value)) return kindOf(value);
  if (value.length > MAX_ITEMS) return `${value.length} of them`;
  const at = value.findIndex((item) => !scalar.safeParse(item).success);
  return `${kindOf(value[at])} as its item ${at + 1}`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing (null)";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : String(value);
}

/** Annotations in a request: values of any scalar, kept as text. */
export const annotationsIn = z
  .record(z.string().min(1).max(128), annotationValue, {
    error: ({ code }) => (code === "invalid_key" ? "expected a name of 1 to 128 characters" : undefined),
  })
  .refine((record) => Object.keys(record).length <= 64, "expected at most 64 annotations")
  .meta({
    description:
      "Compliance controls and free labels. Numbers and booleans are kept as their text, lists joined by commas, 16,384 characters at most.",
    examples: [{ soc2_control: "CC6.1", compliance_framework: "SOC2" }],
  });
