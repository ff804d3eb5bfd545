import type { Span, TraceFacts, TraceField } from "@betrace/contracts";
import type { Test, TraceExpression } from "../rule.js";
import { compareNumbers } from "./compare-values.js";
import {
  compileDuration,
  compilePredicate,
  compileScalarTest,
  type Regexes,
  type SpanTest,
} from "./compile-predicate.js";
import type { TraceView } from "./trace-view.js";

/** A trace-level expression ready to be decided. */
export interface TraceTest {
  readonly holds: (view: TraceView) => boolean;
  /**
   * The predicates whose spans made the expression `outcome`, which is what it is for this view. Only what stands for
   * itself counts: of `A and not B` those of A, of `A or B` those of the sides that are true.
   */
  readonly witnesses: (view: TraceView, outcome: boolean) => readonly SpanTest[];
}

const NO_WITNESSES = (): readonly SpanTest[] => [];

/** An expression as closures. Its cost is linear in the spans, for each predicate in it; it never throws. */
export function compileExpression(expression: TraceExpression, regexes: Regexes): TraceTest {
  switch (expression.kind) {
    case "constant": {
      const { value } = expression;
      return { holds: () => value, witnesses: NO_WITNESSES };
    }
    case "not": {
      const operand = compileExpression(expression.operand, regexes);
      return {
        holds: (view) => !operand.holds(view),
        witnesses: (view, outcome) => operand.witnesses(view, !outcome),
      };
    }
    case "and":
      return compileAll(
        expression.operands.map((operand) => compileExpression(operand, regexes)),
        true,
      );
    case "or":
      return compileAll(
        expression.operands.map((operand) => compileExpression(operand, regexes)),
        false,
      );
    case "has": {
      const test = compilePredicate(expression.predicate, regexes);
      return positive((view) => view.spans.some(test), [test]);
    }
    case "count":
      return compileCount(expression, regexes);
    case "before":
    case "after":
      return compileOrder(expression, regexes);
    case "fact": {
      const holds = compileFact(expression.test, regexes);
      return { holds: ({ facts }) => facts !== undefined && holds(facts), witnesses: NO_WITNESSES };
    }
    default:
      return expression satisfies never;
  }
}

/** A condition that stands for itself: when it holds, the spans of its predicates are why. */
function positive(holds: (view: TraceView) => boolean, tests: readonly SpanTest[]): TraceTest {
  return { holds, witnesses: (_view, outcome) => (outcome ? tests : []) };
}

/** `and` is decided by the first operand that is false, `or` by the first that is true. */
function compileAll(operands: readonly TraceTest[], neutral: boolean): TraceTest {
  return {
    holds: (view) => {
      for (const operand of operands) if (operand.holds(view) !== neutral) return !neutral;
      return neutral;
    },
    witnesses: (view, outcome) =>
      operands.flatMap((operand) => (operand.holds(view) === outcome ? operand.witnesses(view, outcome) : [])),
  };
}

function compileCount(
  { predicate, operator, right }: Extract<TraceExpression, { kind: "count" }>,
  regexes: Regexes,
): TraceTest {
  const test = compilePredicate(predicate, regexes);
  if (right.kind === "integer") {
    const { value } = right;
    return positive(({ spans }) => compareNumbers(countOf(spans, test), operator, value), [test]);
  }
  const other = compilePredicate(right.predicate, regexes);
  return positive(({ spans }) => compareNumbers(countOf(spans, test), operator, countOf(spans, other)), [test, other]);
}

function countOf(spans: readonly Span[], test: SpanTest): number {
  let count = 0;
  for (const span of spans) if (test(span)) count += 1;
  return count;
}

/** `before`: some subject started before the first reference did; `after`: some subject started after the last one did. */
function compileOrder(
  { kind, subject, reference }: Extract<TraceExpression, { kind: "before" | "after" }>,
  regexes: Regexes,
): TraceTest {
  const isSubject = compilePredicate(subject, regexes);
  const isReference = compilePredicate(reference, regexes);
  const comesFirst = kind === "before" ? (a: bigint, b: bigint) => a < b : (a: bigint, b: bigint) => a > b;
  const extremeStart = (spans: readonly Span[], test: SpanTest): bigint | undefined => {
    let best: bigint | undefined;
    for (const span of spans) {
      if ((best === undefined || comesFirst(span.startNs, best)) && test(span)) best = span.startNs;
    }
    return best;
  };
  return positive(
    ({ spans }) => {
      const bound = extremeStart(spans, isReference);
      if (bound === undefined) return false;
      const found = extremeStart(spans, isSubject);
      return found !== undefined && comesFirst(found, bound);
    },
    [isSubject, isReference],
  );
}

function compileFact(test: Test<TraceField>, regexes: Regexes): (facts: TraceFacts) => boolean {
  switch (test.field) {
    case "duration": {
      const holds = compileDuration(test);
      return (facts) => holds(facts.durationNs);
    }
    case "span_count": {
      const holds = compileScalarTest(test, regexes);
      return (facts) => holds(facts.spanCount);
    }
    case "service_count": {
      const holds = compileScalarTest(test, regexes);
      return (facts) => holds(facts.serviceCount);
    }
    case "root.name": {
      const holds = compileScalarTest(test, regexes);
      return ({ root }) => root !== undefined && holds(root.name);
    }
    case "root.service": {
      const holds = compileScalarTest(test, regexes);
      return ({ root }) => root?.service !== undefined && holds(root.service);
    }
    default:
      return test.field satisfies never;
  }
}
