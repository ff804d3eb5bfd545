import type { Comparison, Predicate, Rule, TraceExpression } from "../rule.js";
import { EVERY_SPAN, either, type Filter, NO_SPAN, renderFilter } from "./filter.js";
import { compareBigints } from "./terms.js";
import { widen } from "./widen.js";
import { briefly } from "./witness-filter.js";

/**
 * Filters, each on its own: a trace of which no span satisfies it cannot violate the rule. Found in the rule's boolean structure:
 * `has(A) and not has(B)` needs an A. The one expected to find the fewest spans comes first; empty when the rule can be
 * violated by a trace of which nothing is known (`not trace.has(B)`).
 *
 * This is the bound from above: what may violate. The one from below is `clear.ts`.
 */
export function candidatesOf(rule: Rule): readonly Filter[] {
  return needs(violation(rule), true)
    .map(({ filter }) => briefly(filter))
    .filter((filter) => filter.kind !== "all")
    .sort((one, other) => expectedShare(one) - expectedShare(other));
}

/** The same as predicates: in a trace that violates the rule, each of them is true of some span. */
export function neededPredicatesOf(rule: Rule): readonly Predicate[] {
  return needs(violation(rule), true).map(({ predicate }) => predicate);
}

/** {@link candidatesOf} as TraceQL for inside `{ }`. */
export function candidateFiltersOf(rule: Rule): readonly string[] {
  return [...new Set(candidatesOf(rule).map(renderFilter))];
}

/** The rule as one expression that is true of the traces that violate it. */
export function violation(rule: Rule): TraceExpression {
  const { body } = rule;
  if (body.kind === "expression") return body.violation;
  const broken: TraceExpression[] = [];
  if (body.always !== undefined) broken.push({ kind: "not", operand: body.always });
  if (body.never !== undefined) broken.push(body.never);
  return { kind: "and", operands: [body.when, { kind: "or", operands: broken }] };
}

/** A span predicate that some span must satisfy, and what Tempo can be asked for to find such spans. */
interface Need {
  readonly predicate: Predicate;
  readonly filter: Filter;
}

const needOf = (predicate: Predicate): Need => ({ predicate, filter: widen(predicate) });

/** One span that serves any of them. */
const anyOf = (needs: readonly Need[]): Need => ({
  predicate: { kind: "or", operands: needs.map(({ predicate }) => predicate) },
  filter: either(needs.map(({ filter }) => filter)),
});

const IMPOSSIBLE: Need = { predicate: { kind: "constant", value: false }, filter: NO_SPAN };

/** What must be there, each by some span, when the expression is as `wanted`. Empty: nothing is needed. */
function needs(expression: TraceExpression, wanted: boolean): readonly Need[] {
  switch (expression.kind) {
    case "constant":
      return expression.value === wanted ? [] : [IMPOSSIBLE];
    case "fact":
      return [];
    case "not":
      return needs(expression.operand, !wanted);
    case "and":
    case "or": {
      const operands = expression.operands.map((operand) => needs(operand, wanted));
      if ((expression.kind === "and") === wanted) return operands.flat();
      const best = operands.map(rarest);
      return best.every((need) => need !== undefined) ? [anyOf(best)] : [];
    }
    case "has":
      return wanted ? [needOf(expression.predicate)] : [];
    case "before":
    case "after":
      return wanted ? [needOf(expression.subject), needOf(expression.reference)] : [];
    case "count": {
      const operator = wanted ? expression.operator : opposite(expression.operator);
      return expression.right.kind === "integer"
        ? needsOfCount(expression.predicate, operator, expression.right.value)
        : needsOfCounts(expression.predicate, operator, expression.right.predicate);
    }
  }
}

/** A count that does not compare so at zero needs a span. */
function needsOfCount(predicate: Predicate, operator: Comparison, bound: bigint): readonly Need[] {
  return compareBigints(0n, operator, bound) ? [] : [needOf(predicate)];
}

function needsOfCounts(left: Predicate, operator: Comparison, right: Predicate): readonly Need[] {
  switch (operator) {
    case ">":
      return [needOf(left)];
    case "<":
      return [needOf(right)];
    case "!=":
      return [anyOf([needOf(left), needOf(right)])];
    case "==":
    case "<=":
    case ">=":
      return [];
  }
}

/** The comparison that holds exactly where the other does not. */
export function opposite(operator: Comparison): Comparison {
  return ({ "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<" } as const)[operator];
}

function rarest(needs: readonly Need[]): Need | undefined {
  const [first, ...others] = needs;
  if (first === undefined) return undefined;
  return others.reduce((best, each) => (expectedShare(each.filter) < expectedShare(best.filter) ? each : best), first);
}

/** A guess at the share of spans that a filter finds; good enough to prefer an equality to an existence. */
function expectedShare(filter: Filter): number {
  switch (filter.kind) {
    case "all":
      return 1;
    case "none":
      return 0;
    case "and":
      return filter.parts.reduce((share, part) => share * expectedShare(part), 1);
    case "or":
      return Math.min(
        1,
        filter.parts.reduce((share, part) => share + expectedShare(part), 0),
      );
    case "term":
      return { "=": 0.02, "=~": 0.05, "!=": 0.9, "!~": 0.9, "<": 0.2, "<=": 0.2, ">": 0.1, ">=": 0.1 }[filter.operator];
  }
}

/** The one filter that a trace must satisfy to be a candidate of any of the rules; undefined when every trace is. */
export function candidatesOfAny(rules: readonly Rule[]): Filter | undefined {
  const best = rules.map((rule) => candidatesOf(rule)[0] ?? EVERY_SPAN);
  const any = briefly(either(best));
  return any.kind === "all" ? undefined : any;
}
