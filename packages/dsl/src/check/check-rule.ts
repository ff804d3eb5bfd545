import type { ExpressionSyntax, InvariantSyntax, RuleSyntax } from "../parse/syntax.js";
import type { Report } from "../problem.js";
import type { Rule, RuleBody, TraceExpression } from "../rule.js";
import { checkAnnotation } from "./annotations.js";
import type { CheckContext } from "./check-context.js";
import { checkPredicate } from "./check-predicate.js";
import { checkTraceExpression } from "./check-trace.js";
import { createLevels } from "./levels.js";
import { createPatternCheck } from "./patterns.js";

/** Gives names, types and words their meaning. Reports every problem it finds; the rule is there only when there was none. */
export function checkRule(syntax: RuleSyntax, text: string, report: Report): Rule | undefined {
  const context: CheckContext = { text, report, levelsOf: createLevels(), refusePattern: createPatternCheck() };
  const annotations = syntax.annotations.map((annotation) => checkAnnotation(annotation, report));
  const body =
    syntax.body.kind === "invariant" ? checkInvariant(syntax.body, context) : checkBody(syntax.body, context);
  const known = annotations.filter((annotation) => annotation !== undefined);
  return body && known.length === annotations.length ? { annotations: known, body } : undefined;
}

/** A rule that is nothing but a span predicate is short for trace.has(...) around it. */
function checkBody(expression: ExpressionSyntax, context: CheckContext): RuleBody | undefined {
  const { span, trace } = context.levelsOf(expression);
  if (span && !trace) {
    const predicate = checkPredicate(expression, context);
    return predicate && { kind: "expression", violation: { kind: "has", predicate } };
  }
  const violation = checkTraceExpression(expression, context);
  return violation && { kind: "expression", violation };
}

function checkInvariant(invariant: InvariantSyntax, context: CheckContext): RuleBody | undefined {
  const when = checkTraceExpression(invariant.when, context);
  const clauses: { always?: TraceExpression | undefined; never?: TraceExpression | undefined } = {};
  const seen = new Set<string>();
  for (const { kind, expression, place } of invariant.clauses) {
    const checked = checkTraceExpression(expression, context);
    if (seen.has(kind)) {
      context.report({
        code: "bad_clause",
        message: `the invariant has a second ${kind} clause`,
        place,
        expected: ["one clause of a kind"],
        hint: kind === "always" ? 'join the two with "and"' : 'join the two with "or"',
      });
    } else clauses[kind] = checked;
    seen.add(kind);
  }
  if (seen.size === 0) {
    context.report({
      code: "bad_clause",
      message: "the invariant says when, and not what must hold then",
      place: invariant.place,
      expected: ["always { ... }", "never { ... }"],
      hint: "when { trace.has(...) } always { trace.has(...) }",
    });
    return undefined;
  }
  const complete = [...seen].every((kind) => clauses[kind as "always" | "never"] !== undefined);
  return when && complete ? { kind: "invariant", when, always: clauses.always, never: clauses.never } : undefined;
}
