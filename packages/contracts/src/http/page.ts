import { z } from "zod";

/** At most this many items in one page of any list. */
export const MAX_PAGE_SIZE = 1_000;
const DEFAULT_PAGE_SIZE = 100;

/** How a list is asked for: `limit` items after `cursor`. */
export const pageQuery = z.strictObject({
  limit: z
    .string()
    .optional()
    .meta({
      type: "integer",
      minimum: 1,
      maximum: MAX_PAGE_SIZE,
      description: `Items in a page, 1 to ${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} by default.`,
    })
    .transform((text, context) => {
      if (text === undefined) return DEFAULT_PAGE_SIZE;
      const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
      if (limit >= 1 && limit <= MAX_PAGE_SIZE) return limit;
      context.addIssue(`expected a whole number from 1 to ${MAX_PAGE_SIZE}, found "${text.slice(0, 40)}"`);
      return z.NEVER;
    }),
  cursor: z.string().max(512).optional().meta({ description: "`next_cursor` of the page before." }),
});

/** One page of a list. `next_cursor` is null on the last one; it means nothing but "go on from here". */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}
