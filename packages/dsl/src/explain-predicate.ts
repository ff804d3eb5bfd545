import type { SpanField } from "@betrace/contracts";
import { printLiteral } from "./print.js";
import type { Comparison, Predicate, Test, TextOperator } from "./rule.js";

/** A span that satisfies a predicate (or, negated, does not), in words: `a span whose name is "db.query" and duration is more than 1s`. */
export function spanThat(noun: string, predicate: Predicate, negated: boolean): string {
  if (predicate.kind === "constant") {
    if (predicate.value !== negated) return noun === "a span" ? "any span" : `${noun} at all`;
    return `${noun} that cannot be`;
  }
  return `${noun} whose ${explainPredicate(predicate, negated)}`;
}

/** Negations go down to the single tests, which say `is not` and `is absent` instead of a `not` around everything. */
function explainPredicate(predicate: Predicate, negated: boolean): string {
  switch (predicate.kind) {
    case "constant":
      return predicate.value !== negated ? "anything is as it is" : "nothing is as it is";
    case "not":
      return explainPredicate(predicate.operand, !negated);
    case "and":
    case "or": {
      const word = (predicate.kind === "and") !== negated ? "and" : "or";
      const parts = predicate.operands.map((operand) => {
        const text = explainPredicate(operand, negated);
        return operand.kind === "and" || operand.kind === "or" || text.includes(" or ") ? `(${text})` : text;
      });
      return parts.join(` ${word} `);
    }
    case "exists":
      return `${nameSpanField(predicate.field)} is ${negated ? "absent" : "present"}`;
    case "compare_fields": {
      const { left, right, operator } = predicate;
      const text = `${nameSpanField(left)} is ${COMPARISON_WORDS[operator]}${nameSpanField(right)}`;
      return negated ? `${text.replace(" is ", " is absent, or it is not so that it is ")}` : text;
    }
    case "test":
      return explainTest(
        predicate.test,
        nameSpanField(predicate.test.field),
        negated,
        mayBeAbsent(predicate.test.field),
      );
    default:
      return predicate satisfies never;
  }
}

/** What stands behind "is". */
export const COMPARISON_WORDS: Readonly<Record<Comparison, string>> = {
  "==": "",
  "!=": "not ",
  "<": "less than ",
  "<=": "at most ",
  ">": "more than ",
  ">=": "at least ",
};

const TEXT_WORDS: Readonly<Record<TextOperator, readonly [string, string]>> = {
  contains: ["contains", "does not contain"],
  starts_with: ["starts with", "does not start with"],
  ends_with: ["ends with", "does not end with"],
};

/**
 * One test of a field by its name. A test of a field that is absent is false, `!=` too, so the opposite of one holds of it:
 * `absentToo` says that this can be.
 */
export function explainTest<Field>(test: Test<Field>, name: string, negated: boolean, absentToo = false): string {
  const opposite = (text: string) => `${name} ${absentToo ? "is absent or " : ""}${text}`;
  switch (test.kind) {
    case "compare": {
      const literal = printLiteral(test.value);
      if (test.operator === "!=") {
        return negated ? opposite(`is ${literal}`) : `${name} is ${absentToo ? "present and " : ""}not ${literal}`;
      }
      const text = `${COMPARISON_WORDS[test.operator]}${literal}`;
      return negated ? opposite(`is not ${text}`) : `${name} is ${text}`;
    }
    case "in": {
      const text = `one of ${test.values.map(printLiteral).join(", ")}`;
      return negated ? opposite(`is not ${text}`) : `${name} is ${text}`;
    }
    case "text": {
      const [does, doesNot] = TEXT_WORDS[test.operator];
      const text = JSON.stringify(test.value);
      return negated ? opposite(`${doesNot} ${text}`) : `${name} ${does} ${text}`;
    }
    case "matches": {
      const text = JSON.stringify(test.pattern);
      return negated ? opposite(`does not match ${text}`) : `${name} matches ${text}`;
    }
    default:
      return test satisfies never;
  }
}

function mayBeAbsent(field: SpanField): boolean {
  return field.kind === "attribute" || field.kind === "resource" || field.kind === "service";
}

function nameSpanField(field: SpanField): string {
  if (field.kind === "attribute") return `attribute ${JSON.stringify(field.key)}`;
  if (field.kind === "resource") return `resource attribute ${JSON.stringify(field.key)}`;
  return field.kind.replace("_", " ");
}
