import { type ValidateAnswer, validateAnswer, validateRequest } from "@betrace/contracts";
import { compileRule, explainRule, parseRule, printRule } from "@betrace/dsl";
import { type Route, route } from "../http/route.js";
import { ruleErrorItem } from "../rule-error-item.js";

/** Checking a rule's text without saving it. */
export function validateRoutes(): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/v1/rules/validate",
        name: "validateRule",
        summary: "What a text means and what it will ask of Tempo, or all that is wrong with it.",
        body: validateRequest,
        answers: { 200: validateAnswer },
      },
      async ({ body }) => ({ status: 200, body: validate(body.dsl) }),
    ),
  ];
}

function validate(dsl: string): ValidateAnswer {
  const parsed = parseRule(dsl);
  if (!parsed.ok) {
    return {
      valid: false,
      errors: parsed.errors.map(ruleErrorItem),
      witness_query: null,
      candidate_queries: [],
      explanation: null,
      normalized: null,
      not_pushed_down: [],
    };
  }
  const compiled = compileRule(parsed.rule);
  return {
    valid: true,
    errors: [],
    witness_query: compiled.witnessFilter === undefined ? null : `{ ${compiled.witnessFilter} }`,
    candidate_queries: compiled.candidateFilters.map((filter) => `{ ${filter} }`),
    explanation: explainRule(compiled),
    normalized: printRule(parsed.rule),
    not_pushed_down: compiled.notPushedDown.map(({ predicate, reason }) => ({ predicate, reason })),
  };
}
