export { combineForScan, type ScanFilters, type ScanNeeds } from "./bounds/combine-for-scan.js";
export { offendingSpanOf, TraceView } from "./compile/trace-view.js";
export { compileRule } from "./compile-rule.js";
export type { CompiledRule, NotPushedDown } from "./compiled-rule.js";
export { explainRule } from "./explain.js";
export { createRuleIndex, type RuleIndex } from "./index-rules/rule-index.js";
export { MAX_NESTING, MAX_RULE_BYTES, RULE_USER_LIMITS } from "./limits.js";
export { type ParseResult, parseRule } from "./parse-rule.js";
export { printRule } from "./print.js";
export type {
  Comparison,
  CountBound,
  Literal,
  Predicate,
  Rule,
  RuleAnnotation,
  RuleBody,
  Test,
  TextOperator,
  TraceExpression,
} from "./rule.js";
export type { RuleError, RuleErrorCode } from "./rule-error.js";
export { RULE_ERROR_CODES } from "./rule-error.js";
