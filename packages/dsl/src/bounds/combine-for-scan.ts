import type { SpanField, TraceField } from "@betrace/contracts";
import type { CompiledRule } from "../compiled-rule.js";
import { candidatesOfAny } from "./candidates.js";
import { either, renderFilter } from "./filter.js";
import { briefly, witnessesOf } from "./witness-filter.js";

/** What one pass over the traces must fetch for several rules. */
export interface ScanNeeds {
  /** TraceQL for inside `{ }`: the witnesses of all rules; "true" for all spans, undefined when no rule reads spans. */
  readonly witnessFilter: string | undefined;
  /** TraceQL for inside `{ }`: a trace without a span that satisfies it violates none of the rules. Undefined when there is no such filter. */
  readonly candidateFilter: string | undefined;
  /** The fields that any of the rules reads, each once. */
  readonly spanFields: readonly SpanField[];
  readonly traceFields: readonly TraceField[];
}

/**
 * Joins the needs of several rules of one replay. Join here, never by putting `||` between finished filters: Tempo 3 fails
 * on some disjunctions that this knows how to write.
 */
export function combineForScan(compiled: readonly CompiledRule[]): ScanNeeds {
  const rules = compiled.map(({ rule }) => rule);
  const witnesses = rules.map(witnessesOf).filter((filter) => filter !== undefined);
  const candidates = rules.length === 0 ? undefined : candidatesOfAny(rules);
  const fields = new Map(
    compiled.flatMap(({ spanFields }) => spanFields).map((field) => [JSON.stringify(field), field]),
  );
  return {
    witnessFilter: witnesses.length === 0 ? undefined : renderFilter(briefly(either(witnesses))),
    candidateFilter: candidates === undefined ? undefined : renderFilter(candidates),
    spanFields: [...fields.values()],
    traceFields: [...new Set(compiled.flatMap(({ traceFields }) => traceFields))],
  };
}
