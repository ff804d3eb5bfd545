import { countedSpans, type Span, type SpanField, type TraceField } from "@betrace/contracts";
import type { CompiledRule } from "../compiled-rule.js";
import { candidatesOfAny } from "./candidates.js";
import { type Clearing, clearingOf } from "./clear.js";
import { either, type Filter, renderFilter } from "./filter.js";
import { joinNames } from "./join-names.js";
import { withoutPatterns } from "./without-patterns.js";
import { briefly, witnessesOf } from "./witness-filter.js";

/** The filters of a scan, TraceQL for inside `{ }`. */
export interface ScanFilters {
  /** The witnesses of all rules; "true" for all spans, undefined when no rule reads spans. */
  readonly witnessFilter: string | undefined;
  /** A trace without a span that satisfies it violates none of the rules. Undefined when there is no such filter. */
  readonly candidateFilter: string | undefined;
  /** Spans that satisfy it may show that a trace violates none of the rules: see `isClear`. Undefined if none can. */
  readonly clearFilter: string | undefined;
}

/** What one pass over the traces must fetch for several rules. */
export interface ScanNeeds extends ScanFilters {
  /**
   * The same filters, wider and without regular expressions on attributes; undefined if that changes nothing. To be
   * asked where Tempo answers the others with status 500: 3.0 does so when a pattern meets an array.
   */
  readonly withoutPatterns: ScanFilters | undefined;
  /** The fields that any of the rules reads, each once. */
  readonly spanFields: readonly SpanField[];
  readonly traceFields: readonly TraceField[];
  /** Whether a trace that holds these spans, with `spanFields`, violates none of the rules whatever else it holds. */
  readonly isClear: (spans: readonly Span[]) => boolean;
}

/**
 * Joins the needs of several rules of one replay. Join here, never by putting `||` between finished filters: Tempo 3 fails
 * on some disjunctions that this knows how to write.
 */
export function combineForScan(compiled: readonly CompiledRule[]): ScanNeeds {
  const rules = compiled.map(({ rule }) => rule);
  const found = rules.map(witnessesOf).filter((filter) => filter !== undefined);
  const witnesses = found.length === 0 ? undefined : either(found);
  const candidates = rules.length === 0 ? undefined : candidatesOfAny(rules);
  // Without a candidate filter every trace is read, and with a rule that nothing settles no trace is clear.
  const clearings: readonly (Clearing | undefined)[] = candidates === undefined ? [] : rules.map(clearingOf);
  const every = clearings.filter((clearing) => clearing !== undefined);
  const clears = every.length > 0 && every.length === rules.length ? every : undefined;
  const clear = clears && either(clears.map(({ filter }) => filter));
  const filters = render(witnesses, candidates, clear);
  const plain = render(
    witnesses && withoutPatterns(witnesses),
    candidates && withoutPatterns(candidates),
    clear && withoutPatterns(clear),
  );
  const same =
    plain.witnessFilter === filters.witnessFilter &&
    plain.candidateFilter === filters.candidateFilter &&
    plain.clearFilter === filters.clearFilter;
  const fields = new Map(
    compiled.flatMap(({ spanFields }) => spanFields).map((field) => [JSON.stringify(field), field]),
  );
  return {
    ...filters,
    withoutPatterns: same ? undefined : plain,
    spanFields: [...fields.values()],
    traceFields: [...new Set(compiled.flatMap(({ traceFields }) => traceFields))],
    isClear(spans) {
      if (clears === undefined) return false;
      const counted = countedSpans(spans);
      return clears.every(({ holds }) => holds(counted));
    },
  };
}

function render(witnesses: Filter | undefined, candidates: Filter | undefined, clear: Filter | undefined): ScanFilters {
  return {
    witnessFilter: witnesses && renderFilter(joinNames(briefly(witnesses))),
    candidateFilter: candidates && renderFilter(joinNames(candidates)),
    clearFilter: clear && renderFilter(joinNames(briefly(clear))),
  };
}
