import type { ProblemItem } from "@betrace/contracts";
import type { RuleError } from "@betrace/dsl";

/** A problem of a rule's text as it crosses HTTP. */
export function ruleErrorItem(error: RuleError): ProblemItem {
  return {
    path: "dsl",
    code: error.code,
    message: error.message,
    line: error.line,
    column: error.column,
    length: error.length,
    text: error.text,
    ...(error.expected.length > 0 && { expected: [...error.expected] }),
    ...(error.hint !== undefined && { hint: error.hint }),
  };
}
