import { MAX_FILTER_BYTES } from "../limits.js";
import { either, type Filter, type FilterTerm, renderFilter } from "./filter.js";
import { unquoteString } from "./literals.js";
import { quotePattern } from "./patterns.js";
import { stringTerm } from "./terms.js";

/**
 * The same filter, with alternatives that each ask something of the name as a single pattern. Tempo tries every condition on every span, and
 * looks a pattern's answer up by the name; and what is one condition is not made of every span of a trace, but of those alone that satisfy it
 * (15,420 traces, 2.10.8: for 45 rules a seventh of its processor time; for `name = "a" || name = "b"` a sixth, without grouping two fifths).
 * A filter that reads an attribute `name` stays as it is: see `withoutPatterns`.
 */
export function joinNames(filter: Filter): Filter {
  if (filter.kind !== "or") return filter;
  const names = filter.parts.filter(isOfName);
  if (names.length < 2 || renderFilter(filter).includes('."name"')) return filter;
  const pattern = names.map(patternOf).join("|");
  const others = filter.parts.filter((part) => !isOfName(part));
  const joined = either([stringTerm("name", "=~", pattern), ...others]);
  // Escapes are longer than what they escape.
  return Buffer.byteLength(renderFilter(joined)) > MAX_FILTER_BYTES ? filter : joined;
}

function isOfName(part: Filter): part is FilterTerm {
  return part.kind === "term" && part.left === "name" && (part.operator === "=" || part.operator === "=~");
}

/** What a term finds, as an alternative of a pattern. */
function patternOf({ operator, right }: FilterTerm): string {
  const text = unquoteString(right);
  return operator === "=" ? quotePattern(text) : `(?:${text})`;
}
