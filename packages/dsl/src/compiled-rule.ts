import type { SpanField, Trace, TraceField, Verdict } from "@betrace/contracts";
import type { TraceView } from "./compile/trace-view.js";
import type { Rule, RuleAnnotation } from "./rule.js";

/** A span predicate, or a part of one, that Tempo cannot evaluate for us, and why. */
export interface NotPushedDown {
  /** In the rule's own language. */
  readonly predicate: string;
  readonly reason: string;
}

/** A rule ready to decide traces, with what it needs to know of them. */
export interface CompiledRule {
  readonly rule: Rule;
  /**
   * Decides one trace. Never throws; cost is linear in the spans, for each predicate of the rule. Where several rules decide
   * one trace, make its view once.
   */
  readonly evaluate: (trace: Trace, view?: TraceView) => Verdict;
  readonly annotations: readonly RuleAnnotation[];
  /** The fields that the span predicates read, each once. */
  readonly spanFields: readonly SpanField[];
  /** The facts of the whole trace that the rule reads, each once. */
  readonly traceFields: readonly TraceField[];
  /**
   * TraceQL for inside `{ }` that every span satisfying one of the rule's predicates satisfies (perhaps others too);
   * "true" when some predicate cannot be narrowed, undefined when the rule has no span predicate.
   */
  readonly witnessFilter: string | undefined;
  /** TraceQL for inside `{ }`, each: a trace without a span that satisfies it cannot violate. Empty when there is none. */
  readonly candidateFilters: readonly string[];
  readonly notPushedDown: readonly NotPushedDown[];
}
