import { candidateFiltersOf } from "./bounds/candidates.js";
import { notPushedDownOf } from "./bounds/not-pushed-down.js";
import { witnessFilterOf } from "./bounds/witness-filter.js";
import { compileBody } from "./compile/compile-body.js";
import { fieldsOf } from "./compile/fields-of.js";
import type { CompiledRule } from "./compiled-rule.js";
import type { Rule } from "./rule.js";

/** Makes a rule ready to decide traces. Compile once, evaluate many times: everything that can be done ahead is done here. */
export function compileRule(rule: Rule): CompiledRule {
  const { spanFields, traceFields } = fieldsOf(rule);
  return {
    rule,
    evaluate: compileBody(rule.body),
    annotations: rule.annotations,
    spanFields,
    traceFields,
    witnessFilter: witnessFilterOf(rule),
    candidateFilters: candidateFiltersOf(rule),
    notPushedDown: notPushedDownOf(rule),
  };
}
