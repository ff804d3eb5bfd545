import type { SpanField } from "@betrace/contracts";
import type { Comparison, Literal, Predicate, Test } from "../rule.js";
import { both, EVERY_SPAN, either, type Filter, NO_SPAN } from "./filter.js";
import { isComparableText } from "./literals.js";
import { listPattern, searchPattern, textPattern } from "./patterns.js";
import {
  durationComparison,
  holdsNoString,
  holdsString,
  isOneOf,
  isPresent,
  numberComparison,
  startsWith,
  stringComparison,
  stringTerm,
  type TraceqlField,
  traceqlField,
  wordTerm,
} from "./terms.js";

/** Told of each part of a predicate that Tempo is not asked for as it stands. */
export type WideningNote = (part: Predicate, reason: string) => void;

/**
 * A filter that is true of every span of which the predicate is true, perhaps of more; never of less. `not` is pushed inwards:
 * a comparison with a missing attribute is false here and there, so its negation includes the spans without the attribute, which
 * TraceQL cannot be asked for safely (`= nil` in a conjunction finds nothing), and becomes {@link EVERY_SPAN}; name, duration,
 * status, status message, kind and service are always there for Tempo, and turn their operator around.
 */
export function widen(predicate: Predicate, note: WideningNote = () => undefined): Filter {
  return widenSigned(predicate, true, note);
}

function widenSigned(predicate: Predicate, positive: boolean, note: WideningNote): Filter {
  switch (predicate.kind) {
    case "constant":
      return predicate.value === positive ? EVERY_SPAN : NO_SPAN;
    case "not":
      return widenSigned(predicate.operand, !positive, note);
    case "and":
    case "or": {
      const parts = predicate.operands.map((operand) => widenSigned(operand, positive, note));
      return (predicate.kind === "and") === positive ? both(parts) : either(parts);
    }
    case "exists":
      return widenExists(predicate, positive, note);
    case "compare_fields":
      note(predicate, positive ? ONLY_PRESENCE : ALSO_WITHOUT);
      return positive ? both([predicate.left, predicate.right].map(presence)) : EVERY_SPAN;
    case "test":
      return widenTest(predicate, predicate.test, positive, note);
  }
}

const ONLY_PRESENCE =
  "TraceQL compares two fields by other rules, and fails where both are arrays; Tempo is asked for the spans that have both";
const ALSO_WITHOUT =
  "true of spans without the attribute too, which TraceQL cannot be asked for safely; all spans are read";
const UNKNOWN_NAME = "TraceQL cannot spell this attribute's name; all spans are read";
const UNKNOWN_PATTERN =
  "Tempo may read this regular expression differently; it is asked for the spans where the field holds a string";
const UNKNOWN_TEXT =
  "this string does not reach Tempo unchanged; it is asked for the spans where the field holds a string";

/** The field has a value that some comparison could hold for. */
function presence(spanField: SpanField): Filter {
  const field = traceqlField(spanField);
  return field?.kind === "attribute" ? isPresent(field) : EVERY_SPAN;
}

function widenExists(predicate: Predicate & { kind: "exists" }, positive: boolean, note: WideningNote): Filter {
  const field = traceqlField(predicate.field);
  if (field === undefined) note(predicate, UNKNOWN_NAME);
  if (positive) return presence(predicate.field);
  switch (field?.kind) {
    // Tempo knows no missing name or service: they are empty.
    case "text":
    case "service":
      return stringTerm(field.left, "=", "");
    case "word":
    case "duration":
      return NO_SPAN;
    default:
      note(predicate, ALSO_WITHOUT);
      return EVERY_SPAN;
  }
}

function widenTest(part: Predicate, test: Test<SpanField>, positive: boolean, note: WideningNote): Filter {
  const field = traceqlField(test.field);
  if (field === undefined) {
    note(part, positive ? UNKNOWN_NAME : ALSO_WITHOUT);
    return EVERY_SPAN;
  }
  if (field.kind === "attribute") {
    if (positive) return widenAttribute(part, field, test, note);
    note(part, ALSO_WITHOUT);
    return EVERY_SPAN;
  }
  const filter = widenIntrinsic(part, field, test, positive, note);
  // A resource without a service name, of which every comparison is false, has an empty one for Tempo.
  return field.kind === "service" && !positive ? either([filter, stringTerm(field.left, "=", "")]) : filter;
}

function widenIntrinsic(
  part: Predicate,
  field: TraceqlField,
  test: Test<SpanField>,
  positive: boolean,
  note: WideningNote,
): Filter {
  switch (test.kind) {
    case "compare":
      return intrinsicComparison(field, positive ? test.operator : negated(test.operator), test.value, positive);
    case "in": {
      const operator = positive ? "==" : "!=";
      const strings = test.values.flatMap((value) => (value.kind === "string" ? [value.value] : []));
      if (positive && hasText(field) && strings.length > 1 && strings.every(isComparableText)) {
        return stringTerm(field.left, "=~", listPattern(strings));
      }
      const parts = test.values.map((value) => intrinsicComparison(field, operator, value, positive));
      return positive ? either(parts) : both(parts);
    }
    case "text":
      if (!hasText(field)) return positive ? NO_SPAN : EVERY_SPAN;
      if (isComparableText(test.value)) {
        return stringTerm(field.left, positive ? "=~" : "!~", textPattern(test.operator, test.value));
      }
      note(part, UNKNOWN_TEXT);
      return EVERY_SPAN;
    case "matches": {
      if (!hasText(field)) return positive ? NO_SPAN : EVERY_SPAN;
      // Matches more than the rule's pattern, so its negation would match less.
      const pattern = positive ? searchPattern(test.pattern) : undefined;
      if (pattern !== undefined) return stringTerm(field.left, "=~", pattern);
      note(part, UNKNOWN_PATTERN);
      return EVERY_SPAN;
    }
  }
}

function hasText(field: TraceqlField): field is TraceqlField & { kind: "text" | "service" } {
  return field.kind === "text" || field.kind === "service";
}

/** A field that Tempo always has. A literal of another type holds for no span, and its negation for all. */
function intrinsicComparison(field: TraceqlField, operator: Comparison, value: Literal, positive: boolean): Filter {
  const otherType = positive ? NO_SPAN : EVERY_SPAN;
  switch (field.kind) {
    case "text":
    case "service":
      if (value.kind !== "string" || !isEquality(operator)) return otherType;
      if (!isComparableText(value.value)) return EVERY_SPAN;
      return stringTerm(field.left, operator === "==" ? "=" : "!=", value.value);
    case "word": {
      if (value.kind !== "string" || !isEquality(operator)) return otherType;
      const word = value.value.toLowerCase();
      const known = (field.left === "kind" ? KIND_WORDS : STATUS_WORDS).includes(word);
      // A kind that OpenTelemetry does not know is none of Tempo's words, and unspecified here.
      if (field.left === "kind" && word === "unspecified" && operator === "==") {
        return both(KIND_WORDS.slice(1).map((other) => wordTerm(field.left, "!=", other, "word")));
      }
      if (known) return wordTerm(field.left, operator === "==" ? "=" : "!=", word, "word");
      return operator === "==" ? NO_SPAN : EVERY_SPAN;
    }
    case "duration":
      return value.kind === "duration" ? durationComparison(operator, value.ns) : EVERY_SPAN;
    case "attribute":
      return EVERY_SPAN;
  }
}

const KIND_WORDS: readonly string[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];
const STATUS_WORDS: readonly string[] = ["ok", "error", "unset"];

function isEquality(operator: Comparison): operator is "==" | "!=" {
  return operator === "==" || operator === "!=";
}

function negated(operator: Comparison): Comparison {
  const opposite = { "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<" } as const;
  return opposite[operator];
}

function widenAttribute(
  part: Predicate,
  field: TraceqlField & { readonly kind: "attribute" },
  test: Test<SpanField>,
  note: WideningNote,
): Filter {
  switch (test.kind) {
    case "compare":
      return attributeComparison(field, test.operator, test.value);
    case "in": {
      const strings = test.values.flatMap((value) => (value.kind === "string" ? [value.value] : []));
      const others = test.values.filter((value) => value.kind !== "string");
      const equal = others.map((value) => attributeComparison(field, "==", value));
      return either([isOneOf(field.left, strings), ...equal]);
    }
    case "text":
      if (isComparableText(test.value)) {
        if (test.operator === "starts_with") return startsWith(field.left, test.value);
        return stringTerm(field.left, "=~", textPattern(test.operator, test.value));
      }
      note(part, UNKNOWN_TEXT);
      return holdsString(field.left);
    case "matches": {
      const pattern = searchPattern(test.pattern);
      if (pattern !== undefined) return stringTerm(field.left, "=~", pattern);
      note(part, UNKNOWN_PATTERN);
      return holdsString(field.left);
    }
  }
}

function attributeComparison(
  field: TraceqlField & { readonly kind: "attribute" },
  operator: Comparison,
  value: Literal,
): Filter {
  switch (value.kind) {
    case "string":
      return isEquality(operator) ? stringComparison(field.left, operator, value.value) : NO_SPAN;
    case "boolean":
      if (!isEquality(operator)) return NO_SPAN;
      return (
        holdsNoString(field.left) ?? wordTerm(field.left, "=", String((operator === "==") === value.value), "boolean")
      );
    case "integer":
    case "decimal":
      return holdsNoString(field.left) ?? numberComparison(field.left, operator, value.value);
    case "duration":
      return isPresent(field);
  }
}
