import type { SpanField, TraceField } from "@betrace/contracts";
import type { CompiledRule } from "./compiled-rule.js";
import { printLiteral } from "./print.js";
import type { Comparison, Predicate, RuleBody, Test, TextOperator, TraceExpression } from "./rule.js";

/**
 * A rule in plain words, for the person who wrote it to see whether it says what they meant: what is a violation, which spans
 * Tempo is asked for, and what Tempo cannot decide. Sentences, one a line.
 */
export function explainRule(compiled: CompiledRule): string {
  return [...explainBody(compiled.rule.body), ...explainReading(compiled)].join("\n");
}

function explainBody(body: RuleBody): string[] {
  if (body.kind === "expression") return [`A trace violates this rule when ${explainExpression(body.violation)}.`];
  const sentences = [`This rule speaks of the traces in which ${explainExpression(body.when)}.`];
  if (body.always) sentences.push(`Such a trace violates it unless ${explainExpression(body.always)}.`);
  if (body.never) sentences.push(`Such a trace violates it when ${explainExpression(body.never)}.`);
  return sentences;
}

function explainReading({
  witnessFilter,
  candidateFilters,
  spanFields,
  traceFields,
  notPushedDown,
}: CompiledRule): string[] {
  const sentences: string[] = [];
  if (witnessFilter === undefined) sentences.push("It reads no spans.");
  else if (witnessFilter === "true") sentences.push("Tempo cannot narrow the spans it needs: every span is read.");
  else sentences.push(`The spans it needs from Tempo: { ${witnessFilter} }.`);
  if (spanFields.length > 0) sentences.push(`Of each span it reads ${listed(spanFields.map(nameSpanField))}.`);
  if (traceFields.length > 0) sentences.push(`Of the whole trace it reads ${listed(traceFields.map(nameTraceField))}.`);
  const candidates = candidateFilters.filter((filter) => filter !== "true");
  if (candidates.length > 0) {
    sentences.push(
      `Only a trace with a span of ${listed(candidates.map((filter) => `{ ${filter} }`))} can violate it.`,
    );
  }
  for (const { predicate, reason } of notPushedDown)
    sentences.push(`Not asked of Tempo as it stands: ${predicate} (${reason}).`);
  return sentences;
}

function explainExpression(expression: TraceExpression): string {
  switch (expression.kind) {
    case "constant":
      return expression.value ? "in every case" : "in no case";
    case "not":
      return explainNegation(expression.operand);
    case "and":
    case "or":
      return expression.operands.map((operand) => grouped(operand, explainExpression)).join(`, ${expression.kind} `);
    case "has":
      return `there is ${spanWith("a span", expression.predicate)}`;
    case "count": {
      const { predicate, operator, right } = expression;
      const bound =
        right.kind === "integer" ? String(right.value) : `the number of ${spanWith("spans", right.predicate)}`;
      return `the number of ${spanWith("spans", predicate)} ${COMPARISON_WORDS[operator]} ${bound}`;
    }
    case "before":
      return `${spanWith("a span", expression.subject)} starts before the first ${spanWith("span", expression.reference)}`;
    case "after":
      return `${spanWith("a span", expression.subject)} starts after the last ${spanWith("span", expression.reference)} started`;
    case "fact":
      return explainTest(expression.test, nameTraceField);
    default:
      return expression satisfies never;
  }
}

function explainNegation(operand: TraceExpression): string {
  if (operand.kind === "has") return `there is ${spanWith("no span", operand.predicate)}`;
  if (operand.kind === "not") return explainExpression(operand.operand);
  return `it is not so that ${grouped(operand, explainExpression)}`;
}

function spanWith(noun: string, predicate: Predicate): string {
  if (predicate.kind === "constant" && predicate.value) return noun === "a span" ? "any span" : noun;
  return `${noun} with ${explainPredicate(predicate)}`;
}

function explainPredicate(predicate: Predicate): string {
  switch (predicate.kind) {
    case "constant":
      return predicate.value ? "anything" : "nothing that a span can have";
    case "not":
      return `not (${explainPredicate(predicate.operand)})`;
    case "and":
    case "or":
      return predicate.operands.map((operand) => grouped(operand, explainPredicate)).join(` ${predicate.kind} `);
    case "exists":
      return `${nameSpanField(predicate.field)} present`;
    case "compare_fields":
      return `${nameSpanField(predicate.left)} ${predicate.operator} ${nameSpanField(predicate.right)}`;
    case "test":
      return explainTest(predicate.test, nameSpanField, "");
    default:
      return predicate satisfies never;
  }
}

const COMPARISON_WORDS: Readonly<Record<Comparison, string>> = {
  "==": "is",
  "!=": "is not",
  "<": "is less than",
  "<=": "is at most",
  ">": "is more than",
  ">=": "is at least",
};

const TEXT_WORDS: Readonly<Record<TextOperator, string>> = {
  contains: "containing",
  starts_with: "starting with",
  ends_with: "ending with",
};

/** `be` is "is" in a sentence of its own and empty behind "with": "with name x", "with duration more than 1s". */
function explainTest<Field>(test: Test<Field>, nameOf: (field: Field) => string, be: "is " | "" = "is "): string {
  const field = nameOf(test.field);
  switch (test.kind) {
    case "compare":
      return `${field} ${be}${COMPARISON_WORDS[test.operator].slice("is ".length)}${test.operator === "==" ? "" : " "}${printLiteral(test.value)}`;
    case "in":
      return `${field} ${be}one of ${test.values.map(printLiteral).join(", ")}`;
    case "text":
      return `${field} ${be}${TEXT_WORDS[test.operator]} ${JSON.stringify(test.value)}`;
    case "matches":
      return `${field} ${be}matching ${JSON.stringify(test.pattern)}`;
    default:
      return test satisfies never;
  }
}

function nameSpanField(field: SpanField): string {
  if (field.kind === "attribute") return `attribute ${JSON.stringify(field.key)}`;
  if (field.kind === "resource") return `resource attribute ${JSON.stringify(field.key)}`;
  return field.kind.replace("_", " ");
}

const TRACE_FIELD_NAMES: Readonly<Record<TraceField, string>> = {
  duration: "the trace's duration",
  span_count: "its number of spans",
  service_count: "its number of services",
  "root.name": "its root span's name",
  "root.service": "its root span's service",
};

function nameTraceField(field: TraceField): string {
  return TRACE_FIELD_NAMES[field];
}

function grouped<N extends { readonly kind: string }>(node: N, explain: (node: N) => string): string {
  return node.kind === "and" || node.kind === "or" ? `(${explain(node)})` : explain(node);
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
