import { both, either, type Filter } from "./filter.js";
import { holdsString } from "./terms.js";

/**
 * The filter, wider, with no regular expression on an attribute. Tempo 3.0 answers such a pattern with status 500 ("unexpected
 * numbers of pre-compiled regexp") as soon as it meets, in this order, an array of which two elements match and a single value
 * that matches (seen on 3.0.3; `BinaryOperation.execute` keeps one compiled expression for each element and counts them
 * afterwards). Then this filter is the one to ask. Names, services and attributes with a column of their own hold no arrays.
 */
export function withoutPatterns(filter: Filter): Filter {
  switch (filter.kind) {
    case "and":
      return both(filter.parts.map(withoutPatterns));
    case "or":
      return either(filter.parts.map(withoutPatterns));
    case "term":
      return filter.operator === "=~" && /^(span|resource)\."/.test(filter.left) ? holdsString(filter.left) : filter;
    default:
      return filter;
  }
}
