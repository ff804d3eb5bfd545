import { checkRule } from "./check/check-rule.js";
import { MAX_ERRORS } from "./limits.js";
import { parseText } from "./parse/parse-text.js";
import type { RuleSyntax } from "./parse/syntax.js";
import { type Problem, toRuleErrors } from "./problem.js";
import type { Rule } from "./rule.js";
import type { RuleError, RuleErrorCode } from "./rule-error.js";

/** A rule that may be compiled, or every problem that was found in its text, in the order of the text. */
export type ParseResult =
  | { readonly ok: true; readonly rule: Rule }
  | { readonly ok: false; readonly errors: readonly RuleError[] };

/** After a syntax error the shape is a guess, and these would judge the guess. */
const JUDGE_THE_SHAPE: ReadonlySet<RuleErrorCode> = new Set(["mixed_levels", "bad_clause", "bad_annotation", "syntax"]);

/**
 * Reads a rule. Any text at all may come in: it is answered with a rule or with all its errors, never with an exception,
 * and a text that is refused is refused within 50 ms.
 */
export function parseRule(text: string): ParseResult {
  const { syntax, problems } = parseText(text);
  const { rule, found } = checkSyntax(syntax, text);
  const shapeIsSure = !problems.some(({ code }) => code === "syntax");
  const all = [...problems, ...found.filter(({ code }) => shapeIsSure || !JUDGE_THE_SHAPE.has(code))];
  if (rule && all.length === 0) return { ok: true, rule };
  return { ok: false, errors: toRuleErrors(text, all) };
}

/** Thrown through the check when it has found enough; it never leaves this file. */
class TooManyProblems extends Error {}

function checkSyntax(
  syntax: RuleSyntax | undefined,
  text: string,
): { rule: Rule | undefined; found: readonly Problem[] } {
  const found: Problem[] = [];
  if (syntax === undefined) return { rule: undefined, found };
  const report = (problem: Problem): void => {
    if (found.push(problem) >= MAX_ERRORS) throw new TooManyProblems();
  };
  try {
    return { rule: checkRule(syntax, text, report), found };
  } catch (error) {
    if (!(error instanceof TooManyProblems)) throw error;
    return { rule: undefined, found };
  }
}
