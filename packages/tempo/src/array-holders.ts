import { enumerateMatching } from "./enumerate.js";
import { attributeName, quotable } from "./projection.js";
import type { NsRange } from "./range.js";
import type { ScanRequest } from "./scan-request.js";
import type { Gap } from "./window.js";
import { readSpans } from "./witnesses.js";
import type { Work } from "./work.js";

export interface ArrayHolders {
  readonly traceIds: ReadonlySet<string>;
  readonly gaps: readonly Gap[];
}

export const NO_HOLDERS: ArrayHolders = { traceIds: new Set(), gaps: [] };

/**
 * Traces in which an old server may miss a span, because an attribute that the filter reads holds several elements. Up to
 * 2.8 such arrays share their memory, and a condition may read elements of another span (`x > 0 && x < 3` misses `[1, 2]`
 * on 2.8.4); 2.6 keeps one element only, the last that satisfies any condition of the query (`x = "a" || y = "b"` misses
 * `x = ["a", "b"]` on 2.6.1), and shows it as if there were no others. That there is a value is always seen. So the server is
 * asked which values are arrays; up to 2.7 it cannot be trusted to tell, and all traces with such an attribute are named. 2.9
 * needs none of this, but answers like 2.8.
 */
export async function arrayHolders(work: Work, request: ScanRequest, window: NsRange): Promise<ArrayHolders> {
  if (!work.client.learned.answersJson) return NO_HOLDERS;
  const { signal } = request;
  const fields = request.spanFields
    .filter((field) => field.kind === "attribute" || field.kind === "resource")
    .filter(({ key }) => quotable(key));
  const names = fields.map(({ kind, key }) => attributeName(kind === "attribute" ? "span" : "resource", key));
  if (names.length === 0) return NO_HOLDERS;
  const filter = names.map((name) => `${name} != nil`).join(" || ");
  // Up to 2.7 there is no `span:parentID`, so no answer.
  const answer = await readSpans(work, { window, filter, fields, withParent: true, signal });
  if (answer !== undefined) return { traceIds: answer.doubtful, gaps: answer.gaps };
  return enumerateMatching(work, window, filter, signal);
}
