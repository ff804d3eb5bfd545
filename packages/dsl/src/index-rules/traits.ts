import type { SpanField } from "@betrace/contracts";
import { neededPredicatesOf } from "../bounds/candidates.js";
import { compileScalarTest, type Regexes } from "../compile/compile-predicate.js";
import { createRegexes } from "../regex.js";
import type { Predicate, Rule, Test } from "../rule.js";

/** Texts of a span that repeat from trace to trace. */
export const TEXT_FIELDS = ["name", "service", "status"] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** One of the span's texts passes a test. */
export interface TextTrait {
  readonly kind: "text";
  readonly field: TextField;
  readonly holds: (text: string) => boolean;
}

/** The span has an attribute, whatever its value. */
export interface KeyTrait {
  readonly kind: "key";
  readonly scope: "attributes" | "resource";
  readonly key: string;
}

/** What is cheap to look up of a span. */
export type Trait = TextTrait | KeyTrait;

/** Any of these. None at all: nothing has it. */
export type AnyTrait = readonly Trait[];

/**
 * What a trace must hold for the rule to be violated: for each element some span that has one of its traits. A trace that
 * lacks it does not violate, for certain; one that has it all may. Empty: nothing is known.
 */
export function requiredTraits(rule: Rule): readonly AnyTrait[] {
  const regexes = createRegexes();
  return neededPredicatesOf(rule).flatMap((predicate) => traitsOf(predicate, true, regexes));
}

/** A span of which the predicate is as `wanted` has one trait of each. */
function traitsOf(predicate: Predicate, wanted: boolean, regexes: Regexes): readonly AnyTrait[] {
  switch (predicate.kind) {
    case "constant":
      return predicate.value === wanted ? [] : [[]];
    case "not":
      return traitsOf(predicate.operand, !wanted, regexes);
    case "and":
    case "or": {
      const operands = predicate.operands.map((operand) => traitsOf(operand, wanted, regexes));
      if ((predicate.kind === "and") === wanted) return operands.flat();
      const best = operands.map(mostTelling);
      return best.every((each) => each !== undefined) ? [best.flat()] : [];
    }
    case "exists":
      return wanted ? presence(predicate.field) : [];
    // A comparison with a missing attribute is false.
    case "compare_fields":
      return wanted ? [...presence(predicate.left), ...presence(predicate.right)] : [];
    case "test":
      return traitsOfTest(predicate.test, wanted, regexes);
  }
}

function traitsOfTest(test: Test<SpanField>, wanted: boolean, regexes: Regexes): readonly AnyTrait[] {
  const { field } = test;
  switch (field.kind) {
    case "name":
    case "status":
    case "service": {
      // Of a span without a service every comparison is false, and so its negation true.
      if (field.kind === "service" && !wanted) return [];
      const holds = compileScalarTest(test, regexes);
      return [[{ kind: "text", field: field.kind, holds: wanted ? holds : (text) => !holds(text) }]];
    }
    case "attribute":
    case "resource":
      return wanted ? presence(field) : [];
    default:
      return [];
  }
}

function presence(field: SpanField): readonly AnyTrait[] {
  if (field.kind === "attribute") return [[{ kind: "key", scope: "attributes", key: field.key }]];
  if (field.kind === "resource") return [[{ kind: "key", scope: "resource", key: field.key }]];
  return [];
}

/** Of several that must all be there, the one by which most traces are told apart: a key may be on every span. */
function mostTelling(required: readonly AnyTrait[]): AnyTrait | undefined {
  return required.find((traits) => traits.every(({ kind }) => kind === "text")) ?? required[0];
}
