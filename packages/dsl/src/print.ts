import type { SpanField, TraceField } from "@betrace/contracts";
import type { Literal, Predicate, Rule, RuleAnnotation, Test, TraceExpression } from "./rule.js";

/** The canonical text of a rule: `parseRule` of it gives an equal rule. One line for an expression, one for each clause of an invariant. */
export function printRule(rule: Rule): string {
  const { body } = rule;
  const annotations = rule.annotations.map(printAnnotation);
  if (body.kind === "expression") return [...annotations, printTraceExpression(body.violation)].join("\n");
  const clauses = [`when { ${printTraceExpression(body.when)} }`];
  if (body.always) clauses.push(`always { ${printTraceExpression(body.always)} }`);
  if (body.never) clauses.push(`never { ${printTraceExpression(body.never)} }`);
  return [...annotations, ...clauses].join("\n");
}

/** A trace-level expression in the rule's own language. */
export function printTraceExpression(expression: TraceExpression): string {
  switch (expression.kind) {
    case "constant":
      return String(expression.value);
    case "not":
      return `not ${inParentheses(expression.operand, ["and", "or"], printTraceExpression)}`;
    case "and":
    case "or":
      return joined(expression, printTraceExpression);
    case "has":
      return `trace.has(${printPredicate(expression.predicate)})`;
    case "count": {
      const { predicate, operator, right } = expression;
      const bound = right.kind === "integer" ? String(right.value) : `count(${printPredicate(right.predicate)})`;
      return `count(${printPredicate(predicate)}) ${operator} ${bound}`;
    }
    case "before":
    case "after":
      return `trace.has_${expression.kind}(${printPredicate(expression.subject)}, ${printPredicate(expression.reference)})`;
    case "fact":
      return printTest(expression.test, printTraceField);
    default:
      return expression satisfies never;
  }
}

/** A span predicate in the rule's own language. */
export function printPredicate(predicate: Predicate): string {
  switch (predicate.kind) {
    case "constant":
      return String(predicate.value);
    case "not":
      return `not ${inParentheses(predicate.operand, ["and", "or", "test", "compare_fields"], printPredicate)}`;
    case "and":
    case "or":
      return joined(predicate, printPredicate);
    case "exists":
      return `exists(${printSpanField(predicate.field)})`;
    case "compare_fields":
      return `${printSpanField(predicate.left)} ${predicate.operator} ${printSpanField(predicate.right)}`;
    case "test":
      return printTest(predicate.test, printSpanField);
    default:
      return predicate satisfies never;
  }
}

/** A span's field by its name in a rule. */
export function printSpanField(field: SpanField): string {
  if (field.kind === "attribute") return `span.attributes[${JSON.stringify(field.key)}]`;
  if (field.kind === "resource") return `span.resource[${JSON.stringify(field.key)}]`;
  return `span.${field.kind}`;
}

function printTraceField(field: TraceField): string {
  return `trace.${field}`;
}

function printAnnotation({ framework, controls }: RuleAnnotation): string {
  return `@${framework}(controls = {${controls.map(printControl).join(", ")}})`;
}

/** Bare where that reads back as the same id: an underscore before a digit would come back as a point. */
function printControl(control: string): string {
  return /^[A-Za-z][A-Za-z0-9.]*$/.test(control) ? control : JSON.stringify(control);
}

function printTest<Field>(test: Test<Field>, printField: (field: Field) => string): string {
  const field = printField(test.field);
  switch (test.kind) {
    case "compare":
      return `${field} ${test.operator} ${printLiteral(test.value)}`;
    case "in":
      return `${field} in [${test.values.map(printLiteral).join(", ")}]`;
    case "text":
      return `${field} ${test.operator} ${JSON.stringify(test.value)}`;
    case "matches":
      return `${field} matches ${JSON.stringify(test.pattern)}`;
    default:
      return test satisfies never;
  }
}

/** A literal as the grammar reads it back. */
export function printLiteral(literal: Literal): string {
  switch (literal.kind) {
    case "string":
      return JSON.stringify(literal.value);
    case "integer":
    case "boolean":
      return String(literal.value);
    case "decimal": {
      const text = Object.is(literal.value, -0) ? "-0" : String(literal.value);
      // Without a point or an exponent it would come back as an integer.
      return /[.e]/.test(text) ? text : `${text}.0`;
    }
    case "duration":
      return printDuration(literal.ns);
    default:
      return literal satisfies never;
  }
}

const UNITS: readonly (readonly [string, bigint])[] = [
  ["h", 3_600_000_000_000n],
  ["m", 60_000_000_000n],
  ["s", 1_000_000_000n],
  ["ms", 1_000_000n],
  ["us", 1_000n],
  ["ns", 1n],
];

/** Whole units only, largest first: `1m30s`, `1s500ms`. Exact. */
function printDuration(ns: bigint): string {
  if (ns === 0n) return "0s";
  let left = ns;
  let text = "";
  for (const [unit, size] of UNITS) {
    const whole = left / size;
    if (whole > 0n) text += `${whole}${unit}`;
    left -= whole * size;
  }
  return text;
}

interface Node {
  readonly kind: string;
}

function joined<N extends Node>(
  node: { kind: "and" | "or"; operands: readonly N[] },
  print: (node: N) => string,
): string {
  // `and` binds tighter than `or`; a nested node of the same kind keeps its parentheses, as it keeps its place in the tree.
  const wrapped = node.kind === "and" ? ["and", "or"] : ["or"];
  return node.operands.map((operand) => inParentheses(operand, wrapped, print)).join(` ${node.kind} `);
}

function inParentheses<N extends Node>(node: N, kinds: readonly string[], print: (node: N) => string): string {
  return kinds.includes(node.kind) ? `(${print(node)})` : print(node);
}
