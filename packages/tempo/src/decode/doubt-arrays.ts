import type { SearchAnswer } from "./search-answer.js";

/**
 * Marks what an old server shows with an array as not certain. Up to 2.8 the arrays of an answer share their memory: the
 * elements of one may be those of another span's (seen on 2.8.4). By id they are right.
 */
export const doubtArrays = (answer: SearchAnswer): SearchAnswer => ({
  ...answer,
  hits: answer.hits.map((hit) => {
    const doubtful = hit.spans.some(({ attributes, resource }) => hasArray(attributes) || hasArray(resource));
    return doubtful ? { ...hit, cut: true } : hit;
  }),
});

function hasArray(values: ReadonlyMap<string, unknown>): boolean {
  for (const value of values.values()) if (Array.isArray(value)) return true;
  return false;
}
