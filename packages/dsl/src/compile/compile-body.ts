import type { Trace, Verdict } from "@betrace/contracts";
import { createRegexes } from "../regex.js";
import type { RuleBody } from "../rule.js";
import { compileExpression, type TraceTest } from "./compile-expression.js";
import type { Regexes } from "./compile-predicate.js";
import { TraceView } from "./trace-view.js";
import { NO_VIOLATION, violation } from "./verdict.js";

type Decide = (trace: Trace, view: TraceView) => Verdict;

/**
 * A rule's body as one function from a trace to its verdict.
 *
 * A trace whose spans are all BeTrace's own is never a violation, whatever the rule says; nor is a complete trace without
 * spans: there is nothing there that could be pointed at.
 */
export function compileBody(body: RuleBody): (trace: Trace, view?: TraceView) => Verdict {
  const regexes = createRegexes();
  const decide =
    body.kind === "expression"
      ? compileBadBehaviour(compileExpression(body.violation, regexes))
      : compileInvariant(body, regexes);
  return (trace, view = new TraceView(trace)) => {
    if (view.spans.length === 0 && (trace.complete || trace.spans.length > 0)) return NO_VIOLATION;
    return decide(trace, view);
  };
}

function compileBadBehaviour({ holds, witnesses }: TraceTest): Decide {
  return (trace, view) =>
    holds(view) ? violation(trace, view.spans, "expression", witnesses(view, true)) : NO_VIOLATION;
}

/**
 * If both clauses break, the verdict names `always`. The witnesses are the broken clause's own (the spans that must not
 * be); where it has none, as when something is lacking, they are those of `when`.
 */
function compileInvariant(body: Extract<RuleBody, { kind: "invariant" }>, regexes: Regexes): Decide {
  const when = compileExpression(body.when, regexes);
  const clauses = [
    { clause: "always", test: body.always && compileExpression(body.always, regexes), wanted: true },
    { clause: "never", test: body.never && compileExpression(body.never, regexes), wanted: false },
  ] as const;
  return (trace, view) => {
    if (!when.holds(view)) return NO_VIOLATION;
    for (const { clause, test, wanted } of clauses) {
      if (test === undefined || test.holds(view) === wanted) continue;
      const verdict = violation(trace, view.spans, clause, test.witnesses(view, !wanted));
      return verdict.witnessCount > 0 ? verdict : violation(trace, view.spans, clause, when.witnesses(view, true));
    }
    return NO_VIOLATION;
  };
}
