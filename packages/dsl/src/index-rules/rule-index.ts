import type { TraceView } from "../compile/trace-view.js";
import type { CompiledRule } from "../compiled-rule.js";
import { KeyIndex } from "./key-index.js";
import { TextIndex } from "./text-index.js";
import { requiredTraits, TEXT_FIELDS } from "./traits.js";

/** Below so many rules, asking them all costs about what the index would. */
const WORTH_IT = 6;

/** Which of several rules a trace can violate at all. */
export interface RuleIndex {
  /**
   * The places of the rules that must decide the trace, ascending. Of every other one it is certain that it finds no
   * violation: the trace lacks a name, a service, a status or an attribute key that a violation of it needs. One pass
   * over the spans, however many rules there are.
   */
  readonly possible: (view: TraceView) => readonly number[];
}

/** An index over rules that decide the same traces. */
export function createRuleIndex(rules: readonly CompiledRule[]): RuleIndex {
  const everyRule = rules.map((_, place) => place);
  const texts = new Map(TEXT_FIELDS.map((field) => [field, new TextIndex(field)]));
  const keys = new KeyIndex();
  let requirements = 0;
  const requiredBy = rules.map(({ rule }) =>
    requiredTraits(rule).map((traits) => {
      for (const trait of traits) {
        if (trait.kind === "key") keys.add(trait, requirements);
        else texts.get(trait.field)?.add(trait, requirements);
      }
      return requirements++;
    }),
  );
  if (rules.length < WORTH_IT || requirements === 0) return { possible: () => everyRule };

  const used = [...texts.values(), keys].filter((index) => index.size > 0);
  const met = new Uint8Array(requirements);
  return {
    possible({ spans }) {
      met.fill(0);
      for (const index of used) index.mark(spans, met);
      const places: number[] = [];
      next: for (let place = 0; place < requiredBy.length; place++) {
        for (const requirement of requiredBy[place] ?? []) if (met[requirement] === 0) continue next;
        places.push(place);
      }
      return places;
    },
  };
}
