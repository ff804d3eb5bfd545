import { both, EVERY_SPAN, either, type Filter, renderFilter } from "./filter.js";
import { holdsString } from "./terms.js";

/**
 * The filter, wider, with no regular expression on an attribute. Tempo 3.0 answers such a pattern with status 500 ("unexpected
 * numbers of pre-compiled regexp") as soon as it meets, in this order, an array of which two elements match and a single value
 * that matches (seen on 3.0.3; `BinaryOperation.execute` keeps one compiled expression for each element and counts them
 * afterwards). Then this filter is the one to ask. Names, messages and services hold no arrays, but of a span whose name does not
 * match, `name =~ "…"` is asked of its attribute `name`, where the filter reads that too (seen on 3.0.3).
 */
export function withoutPatterns(filter: Filter): Filter {
  const text = renderFilter(filter);
  const mayFail = (left: string) => /^(span|resource)\."/.test(left) || text.includes(`."${left}"`);
  const widen = (part: Filter): Filter => {
    switch (part.kind) {
      case "and":
        return both(part.parts.map(widen));
      case "or":
        return either(part.parts.map(widen));
      case "term":
        if (!part.operator.endsWith("~") || !mayFail(part.left)) return part;
        return part.operator === "=~" ? holdsString(part.left) : EVERY_SPAN;
      default:
        return part;
    }
  };
  return widen(filter);
}
