import type { NotPushedDown } from "../compiled-rule.js";
import { printPredicate } from "../print.js";
import type { Rule } from "../rule.js";
import { predicatesOf } from "./predicates-of.js";
import { widen } from "./widen.js";

/** The parts of the rule's span predicates that Tempo is not asked for as they stand, each once, with the reason in words. */
export function notPushedDownOf(rule: Rule): readonly NotPushedDown[] {
  const found = new Map<string, NotPushedDown>();
  for (const predicate of predicatesOf(rule)) {
    widen(predicate, (part, reason) => {
      const text = printPredicate(part);
      found.set(text, { predicate: text, reason });
    });
  }
  return [...found.values()];
}
