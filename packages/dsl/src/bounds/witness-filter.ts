import { MAX_FILTER_BYTES } from "../limits.js";
import type { Rule } from "../rule.js";
import { EVERY_SPAN, either, type Filter, renderFilter } from "./filter.js";
import { predicatesOf } from "./predicates-of.js";
import { widen } from "./widen.js";

/**
 * True of every span that satisfies one of the rule's span predicates: the only spans that can influence its verdict.
 * Undefined when the rule has no span predicate.
 */
export function witnessesOf(rule: Rule): Filter | undefined {
  const predicates = predicatesOf(rule);
  return predicates.length === 0 ? undefined : either(predicates.map((predicate) => widen(predicate)));
}

/** {@link witnessesOf} as TraceQL for inside `{ }`; "true" where nothing narrower can be said, or not briefly enough. */
export function witnessFilterOf(rule: Rule): string | undefined {
  const witnesses = witnessesOf(rule);
  return witnesses === undefined ? undefined : renderFilter(briefly(witnesses));
}

/** The filter, or every span where its text is longer than a query may be. */
export function briefly(filter: Filter): Filter {
  return Buffer.byteLength(renderFilter(filter)) > MAX_FILTER_BYTES ? EVERY_SPAN : filter;
}
