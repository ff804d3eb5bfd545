import type { SpanField } from "@betrace/contracts";
import type { LiteralSyntax, TestSyntax } from "../parse/syntax.js";
import type { Place } from "../problem.js";
import type { Comparison, Literal, Predicate, Test } from "../rule.js";
import { type CheckContext, quote } from "./check-context.js";
import { checkLiteral } from "./literal.js";
import { nearest } from "./nearest.js";
import { type FieldType, type Named, WORDS } from "./vocabulary.js";

/** A test whose right side is a literal. */
export type LiteralTest = Exclude<TestSyntax, { kind: "compare_reference" }>;

/** The test of a field, where its operator and its literals fit the field's type. What an attribute holds is not known: anything fits. */
export function checkTest<Field>(
  { field, type }: Named<Field>,
  test: LiteralTest,
  fieldName: string,
  context: CheckContext,
): Test<Field> | undefined {
  switch (test.kind) {
    case "compare": {
      const fits = checkOperator(type, test.operator, test.operatorPlace, fieldName, context);
      const value = checkValue(type, test.right, fieldName, context);
      return fits && value ? { kind: "compare", field, operator: test.operator, value } : undefined;
    }
    case "in": {
      const values = test.values.map((literal) => checkValue(type, literal, fieldName, context));
      const known = values.filter((value) => value !== undefined);
      return known.length === values.length ? { kind: "in", field, values: known } : undefined;
    }
    case "text": {
      const fits = checkOperator(type, test.operator, test.operatorPlace, fieldName, context);
      const value = checkText(test.operator, test.right, context);
      if (!fits || value === undefined) return undefined;
      if (test.operator !== "matches") return { kind: "text", field, operator: test.operator, value };
      return checkPattern(value, test.right, context) ? { kind: "matches", field, pattern: value } : undefined;
    }
    default:
      return test satisfies never;
  }
}

/** The comparison of two fields of one span, where their types can be compared at all. */
export function checkFieldComparison(
  left: Named<SpanField>,
  operator: Comparison,
  right: Named<SpanField>,
  place: Place,
  operatorPlace: Place,
  context: CheckContext,
): Predicate | undefined {
  const ordered = [left, right].find(({ type }) => type !== "any") ?? left;
  if (!checkOperator(ordered.type, operator, operatorPlace, "this field", context)) return undefined;
  const known = left.type !== "any" && right.type !== "any";
  if (known && (left.type === "duration") !== (right.type === "duration")) {
    context.report({
      code: "type_mismatch",
      message: `${quote(context, place)} compares a duration with a text: it never holds`,
      place,
      expected: ["two fields of one type"],
    });
    return undefined;
  }
  return { kind: "compare_fields", left: left.field, operator, right: right.field };
}

const EQUALITIES: readonly string[] = ["==", "!="];

/** What each type can be asked, beside `in`. */
const OPERATORS: Readonly<Record<Exclude<FieldType, "any">, { is: string; has: readonly string[]; hint: string }>> = {
  string: {
    is: "a text",
    has: [...EQUALITIES, "contains", "starts_with", "ends_with", "matches"],
    hint: "texts have no order here; use == != in contains starts_with ends_with matches",
  },
  number: { is: "a number", has: [...EQUALITIES, "<", "<=", ">", ">="], hint: "compare it with == != < <= > >= or in" },
  duration: {
    is: "a duration",
    has: [...EQUALITIES, "<", "<=", ">", ">="],
    hint: "compare it with == != < <= > >= or in",
  },
  status: { is: "one of a few words", has: EQUALITIES, hint: 'compare it with == or !=, or use in ["error", "unset"]' },
  kind: {
    is: "one of a few words",
    has: EQUALITIES,
    hint: 'compare it with == or !=, or use in ["server", "consumer"]',
  },
};

function checkOperator(type: FieldType, operator: string, place: Place, name: string, context: CheckContext): boolean {
  if (type === "any") return true;
  const { is, has, hint } = OPERATORS[type];
  if (has.includes(operator)) return true;
  context.report({
    code: "bad_operator",
    message: `${name} is ${is}: it has no "${operator}"`,
    place,
    expected: [...has, "in"],
    hint,
  });
  return false;
}

function checkValue(type: FieldType, literal: LiteralSyntax, name: string, context: CheckContext): Literal | undefined {
  const value = checkLiteral(literal, context.report);
  if (value === undefined || type === "any") return value;
  if (type === "status" || type === "kind") return checkWord(type, value, literal, name, context);
  const fits =
    type === "string"
      ? value.kind === "string"
      : type === "duration"
        ? value.kind === "duration"
        : value.kind === "integer" || value.kind === "decimal";
  if (fits) return value;
  context.report({
    code: "type_mismatch",
    message: `${name} is ${OPERATORS[type].is}, and ${quote(context, literal.place)} is ${describe(value)}: they never agree`,
    place: literal.place,
    expected: [
      type === "string"
        ? "a string in double quotes"
        : type === "duration"
          ? "a duration such as 250ms or 5s"
          : "a number",
    ],
    hint: hintForValue(type, value),
  });
  return undefined;
}

function describe(value: Literal): string {
  return {
    string: "a string",
    integer: "a number",
    decimal: "a number",
    boolean: "true or false",
    duration: "a duration",
  }[value.kind];
}

function hintForValue(type: "string" | "duration" | "number", value: Literal): string | undefined {
  if (type === "duration") {
    if (value.kind === "integer" || value.kind === "decimal")
      return `write the unit: ${value.value}s or ${value.value}ms`;
    if (value.kind === "string" && /^[\d.]+(ns|us|ms|s|m|h)$/.test(value.value))
      return `write it without quotes: ${value.value}`;
  }
  if (type === "number" && value.kind === "string" && /^-?\d+$/.test(value.value))
    return `write it without quotes: ${value.value}`;
  if (type === "string" && (value.kind === "integer" || value.kind === "decimal"))
    return `write it in quotes: "${value.value}"`;
  return undefined;
}

function checkWord(
  type: "status" | "kind",
  value: Literal,
  literal: LiteralSyntax,
  name: string,
  context: CheckContext,
): Literal | undefined {
  const words: readonly string[] = WORDS[type];
  const word = value.kind === "string" ? value.value.toLowerCase() : undefined;
  if (word !== undefined && words.includes(word)) return { kind: "string", value: word };
  const said = words.filter((known) => known !== "unspecified").map((known) => `"${known}"`);
  const near = word === undefined ? undefined : (SAME_WORDS.get(word) ?? nearest(word, words));
  context.report({
    code: word === undefined ? "type_mismatch" : "unknown_word",
    message: `${name} is never ${quote(context, literal.place)}`,
    place: literal.place,
    expected: said,
    hint: near && words.includes(near) ? `did you mean "${near}"?` : `${name} is one of ${said.join(" ")}`,
  });
  return undefined;
}

/** What other systems call the same status or kind. */
const SAME_WORDS: ReadonlyMap<string, string> = new Map([
  ["failed", "error"],
  ["failure", "error"],
  ["err", "error"],
  ["status_code_error", "error"],
  ["success", "ok"],
  ["succeeded", "ok"],
  ["status_code_ok", "ok"],
  ["none", "unset"],
  ["status_code_unset", "unset"],
  ["span_kind_server", "server"],
  ["span_kind_client", "client"],
  ["span_kind_producer", "producer"],
  ["span_kind_consumer", "consumer"],
  ["span_kind_internal", "internal"],
]);

function checkText(operator: string, literal: LiteralSyntax, context: CheckContext): string | undefined {
  const value = checkLiteral(literal, context.report);
  if (value === undefined || value.kind === "string") return value?.value;
  context.report({
    code: "type_mismatch",
    message: `"${operator}" takes a string, and ${quote(context, literal.place)} is ${describe(value)}`,
    place: literal.place,
    expected: ["a string in double quotes"],
    hint: `write it in quotes: "${quote(context, literal.place)}"`,
  });
  return undefined;
}

function checkPattern(pattern: string, literal: LiteralSyntax, context: CheckContext): boolean {
  const reason = context.refusePattern(pattern);
  if (reason === undefined) return true;
  context.report({
    code: "bad_regex",
    message: `this regular expression is refused: ${reason}`,
    place: literal.place,
    expected: ["a regular expression in RE2 syntax"],
    hint: /\(\?<?[=!]/.test(pattern)
      ? "RE2 has no look-around: join two tests with and, not"
      : /\\[1-9]/.test(pattern)
        ? "RE2 has no back-references"
        : undefined,
  });
  return false;
}
