import type { TraceField } from "@betrace/contracts";
import { predicatesOf } from "./bounds/predicates-of.js";
import type { CompiledRule } from "./compiled-rule.js";
import { COMPARISON_WORDS, explainTest, spanThat } from "./explain-predicate.js";
import type { Comparison, RuleBody, TraceExpression } from "./rule.js";

/**
 * A rule in plain words, for the person who wrote it to see whether it says what they meant: what is a violation, which spans
 * are read, and what Tempo cannot decide. Sentences, one a line; the queries themselves are in {@link CompiledRule}.
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

function explainReading({ rule, witnessFilter, candidateFilters, notPushedDown }: CompiledRule): string[] {
  const sentences: string[] = [];
  const wanted = [...new Set(predicatesOf(rule).map((predicate) => spanThat("spans", predicate, false)))];
  if (witnessFilter === undefined) sentences.push("No span needs to be read for it.");
  else if (witnessFilter === "true")
    sentences.push("Tempo cannot choose the spans that it needs, so every span is read.");
  else sentences.push(`Of each trace only these are read: ${wanted.join("; ")}.`);
  if (candidateFilters.some((filter) => filter !== "true")) {
    sentences.push(
      "Traces that cannot violate it, for want of such a span, are found out by one search and read no further.",
    );
  }
  for (const { predicate, reason } of notPushedDown)
    sentences.push(`BeTrace itself decides ${predicate}, on more spans than it needs: ${reason}.`);
  return sentences;
}

/** @param negated Explain the opposite: negations go down to the tests, where they read like speech. */
function explainExpression(expression: TraceExpression, negated = false): string {
  switch (expression.kind) {
    case "constant":
      return expression.value !== negated ? "in every case" : "in no case";
    case "not":
      return explainExpression(expression.operand, !negated);
    case "and":
    case "or": {
      const word = (expression.kind === "and") !== negated ? "and" : "or";
      const parts = expression.operands.map((operand) => {
        const text = explainExpression(operand, negated);
        return operand.kind === "and" || operand.kind === "or" ? `(${text})` : text;
      });
      return parts.join(`, ${word} `);
    }
    case "has":
      return `there is ${spanThat(negated ? "no span" : "a span", expression.predicate, false)}`;
    case "count": {
      const { predicate, operator, right } = expression;
      const bound =
        right.kind === "integer" ? String(right.value) : `the number of ${spanThat("spans", right.predicate, false)}`;
      const word = COMPARISON_WORDS[negated ? OPPOSITE[operator] : operator];
      return `the number of ${spanThat("spans", predicate, false)} is ${word}${bound}`;
    }
    case "before":
      return `${spanThat(negated ? "no span" : "a span", expression.subject, false)} starts before the first ${spanThat("span", expression.reference, false)}`;
    case "after":
      return `${spanThat(negated ? "no span" : "a span", expression.subject, false)} starts after the last ${spanThat("span", expression.reference, false)} started`;
    case "fact": {
      const text = explainTest(expression.test, nameTraceField(expression.test.field), false);
      return negated ? `it is not so that ${text}` : text;
    }
    default:
      return expression satisfies never;
  }
}

/** The other side of a comparison of two whole numbers. */
const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  "==": "!=",
  "!=": "==",
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
};

function nameTraceField(field: TraceField): string {
  return TRACE_FIELD_NAMES[field];
}

const TRACE_FIELD_NAMES: Readonly<Record<TraceField, string>> = {
  duration: "the trace's duration",
  span_count: "its number of spans",
  service_count: "its number of services",
  "root.name": "its root span's name",
  "root.service": "its root span's service",
};
