import type { AttributeValue, Span, SpanField } from "@betrace/contracts";
import { createRegexes, type Regex } from "../regex.js";
import type { Comparison, Literal, Predicate, Test } from "../rule.js";
import { compareHeld } from "./compare-fields.js";
import { compareNumbers, compareWith, holdsOf, isOneOf, type ScalarTest, textTest } from "./compare-values.js";

/** Decides one span. Allocates nothing for scalar attributes; never throws. */
export type SpanTest = (span: Span) => boolean;

/** Where a compiled rule has its regular expressions from. */
export type Regexes = (pattern: string) => Regex;

/** A predicate as a closure; everything that can be done before the first span is done here. */
export function compilePredicate(predicate: Predicate, regexes: Regexes = createRegexes()): SpanTest {
  switch (predicate.kind) {
    case "constant": {
      const { value } = predicate;
      return () => value;
    }
    case "not": {
      const operand = compilePredicate(predicate.operand, regexes);
      return (span) => !operand(span);
    }
    case "and":
      return allOf(predicate.operands.map((operand) => compilePredicate(operand, regexes)));
    case "or":
      return anyOf(predicate.operands.map((operand) => compilePredicate(operand, regexes)));
    case "exists":
      return compileExists(predicate.field);
    case "compare_fields":
      return compileFieldComparison(predicate.left, predicate.operator, predicate.right);
    case "test":
      return compileTest(predicate.test, regexes);
    default:
      return predicate satisfies never;
  }
}

function allOf(tests: readonly SpanTest[]): SpanTest {
  return (span) => {
    for (const test of tests) if (!test(span)) return false;
    return true;
  };
}

function anyOf(tests: readonly SpanTest[]): SpanTest {
  return (span) => {
    for (const test of tests) if (test(span)) return true;
    return false;
  };
}

function compileExists(field: SpanField): SpanTest {
  switch (field.kind) {
    case "attribute":
      return (span) => span.attributes.has(field.key);
    case "resource":
      return (span) => span.resource.has(field.key);
    case "service":
      return (span) => span.service !== undefined;
    default:
      return () => true;
  }
}

function compileTest(test: Test<SpanField>, regexes: Regexes): SpanTest {
  const { field } = test;
  const holds = compileScalarTest(test, regexes);
  switch (field.kind) {
    case "duration": {
      const holdsOfDuration = compileDuration(test);
      return (span) => holdsOfDuration(span.durationNs);
    }
    case "name":
      return (span) => holds(span.name);
    case "service":
      return (span) => span.service !== undefined && holds(span.service);
    case "status":
      return (span) => holds(span.status);
    case "status_message":
      return (span) => holds(span.statusMessage);
    case "kind":
      return (span) => holds(span.kind);
    case "attribute": {
      const { key } = field;
      return (span) => holdsOf(span.attributes.get(key), holds);
    }
    case "resource": {
      const { key } = field;
      return (span) => holdsOf(span.resource.get(key), holds);
    }
    default:
      return field satisfies never;
  }
}

/** What a test asks of one scalar, wherever that comes from. */
export function compileScalarTest(test: Test<unknown>, regexes: Regexes): ScalarTest {
  switch (test.kind) {
    case "compare":
      return compareWith(test.operator, test.value);
    case "in":
      return isOneOf(test.values);
    case "text":
      return textTest(test.operator, test.value);
    case "matches": {
      const regex = regexes(test.pattern);
      // A checked rule has no pattern that RE2 refuses; of one that was put together by hand the test is false.
      return regex.ok ? (value) => typeof value === "string" && regex.test(value) : () => false;
    }
    default:
      return test satisfies never;
  }
}

/** What a test asks of a duration in nanoseconds: a literal of another type agrees with none. */
export function compileDuration(test: Test<unknown>): (ns: bigint) => boolean {
  if (test.kind === "compare") {
    const { operator, value } = test;
    if (value.kind !== "duration") return () => false;
    const { ns: wanted } = value;
    return (ns) => compareNumbers(ns, operator, wanted);
  }
  if (test.kind === "in") {
    const wanted = new Set(test.values.map(nsOf));
    return (ns) => wanted.has(ns);
  }
  return () => false;
}

function nsOf(literal: Literal): bigint | undefined {
  return literal.kind === "duration" ? literal.ns : undefined;
}

function compileFieldComparison(left: SpanField, operator: Comparison, right: SpanField): SpanTest {
  if (left.kind === "duration" || right.kind === "duration") {
    // Only a duration agrees with a duration, and a span has one.
    const holds = left.kind === right.kind && (operator === "==" || operator === "<=" || operator === ">=");
    return () => holds;
  }
  const readLeft = reader(left);
  const readRight = reader(right);
  return (span) => compareHeld(readLeft(span), operator, readRight(span));
}

function reader(field: SpanField): (span: Span) => AttributeValue | undefined {
  switch (field.kind) {
    case "duration":
      return () => undefined;
    case "name":
      return (span) => span.name;
    case "service":
      return (span) => span.service;
    case "status":
      return (span) => span.status;
    case "status_message":
      return (span) => span.statusMessage;
    case "kind":
      return (span) => span.kind;
    case "attribute":
      return (span) => span.attributes.get(field.key);
    case "resource":
      return (span) => span.resource.get(field.key);
    default:
      return field satisfies never;
  }
}
