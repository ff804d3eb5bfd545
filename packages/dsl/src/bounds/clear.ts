import type { Span } from "@betrace/contracts";
import { type Regexes, type SpanTest, compilePredicate } from "../compile/compile-predicate.js";
import { createRegexes } from "../regex.js";
import type { Comparison, Predicate, Rule, TraceExpression } from "../rule.js";
import { opposite, violation } from "./candidates.js";
import { either, type Filter } from "./filter.js";
import { widen } from "./widen.js";
import { briefly } from "./witness-filter.js";

/**
 * The bound from below: what certainly does not violate. `has(A) and not has(B)` is settled by one B, whatever else the trace
 * holds. So a search that answers a few spans of each trace, perhaps of one stored part of it, may settle most traces.
 */
export interface Clearing {
  /** Every span that can help to settle a trace satisfies it; others may too. */
  readonly filter: Filter;
  /**
   * True when a trace that holds these spans does not violate, whatever other spans it holds. They must be as they are in the
   * trace, with all the fields that the rule reads, without copies and our own spans.
   */
  readonly holds: (spans: readonly Span[]) => boolean;
}

/**
 * Undefined if more spans can always make the rule violated, or where Tempo cannot be asked for those that settle it.
 */
export function clearingOf(rule: Rule): Clearing | undefined {
  const settled = settle(violation(rule), false, createRegexes());
  if (settled === undefined) return undefined;
  const filter = briefly(either(settled.predicates.map((predicate) => widen(predicate))));
  if (filter.kind === "all" || filter.kind === "none") return undefined;
  return { filter, holds: settled.holds };
}

interface Settled {
  readonly predicates: readonly Predicate[];
  readonly holds: (spans: readonly Span[]) => boolean;
}

/** When some spans of a trace already decide that the expression is as wanted; undefined for never. */
function settle(expression: TraceExpression, wanted: boolean, regexes: Regexes): Settled | undefined {
  switch (expression.kind) {
    case "constant":
      return expression.value === wanted ? { predicates: [], holds: () => true } : undefined;
    case "not":
      return settle(expression.operand, !wanted, regexes);
    case "and":
    case "or": {
      const operands = expression.operands.map((operand) => settle(operand, wanted, regexes));
      const found = operands.filter((operand) => operand !== undefined);
      const predicates = found.flatMap((operand) => operand.predicates);
      if ((expression.kind === "and") === wanted) {
        if (found.length < operands.length) return undefined;
        return { predicates, holds: (spans) => found.every((operand) => operand.holds(spans)) };
      }
      if (found.length === 0) return undefined;
      return { predicates, holds: (spans) => found.some((operand) => operand.holds(spans)) };
    }
    case "has":
      return wanted ? atLeast(expression.predicate, 1n, regexes) : undefined;
    case "count": {
      if (expression.right.kind !== "integer") return undefined;
      const operator = wanted ? expression.operator : opposite(expression.operator);
      const least = leastThatSettles(operator, expression.right.value);
      return least === undefined ? undefined : atLeast(expression.predicate, least, regexes);
    }
    // One more span may come before or after; facts are of the whole trace.
    case "before":
    case "after":
    case "fact":
      return undefined;
  }
}

/** From this count on the comparison holds, however many more there are. */
function leastThatSettles(operator: Comparison, bound: bigint): bigint | undefined {
  if (operator === ">=") return bound;
  if (operator === ">" || operator === "!=") return bound + 1n;
  return undefined;
}

function atLeast(predicate: Predicate, least: bigint, regexes: Regexes): Settled {
  const test: SpanTest = compilePredicate(predicate, regexes);
  return {
    predicates: [predicate],
    holds: (spans) => {
      let count = 0;
      for (const span of spans) {
        if (count >= least) break;
        if (test(span)) count++;
      }
      return count >= least;
    },
  };
}
