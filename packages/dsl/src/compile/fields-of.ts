import type { SpanField, TraceField } from "@betrace/contracts";
import type { Predicate, Rule, TraceExpression } from "../rule.js";

/** What a rule reads of a trace and of its spans, each field once, in the order of the text. */
export interface Fields {
  readonly spanFields: readonly SpanField[];
  readonly traceFields: readonly TraceField[];
}

/** Collects the fields that a projection must deliver for the rule's verdict to be exact. */
export function fieldsOf({ body }: Rule): Fields {
  const parts = body.kind === "expression" ? [body.violation] : [body.when, body.always, body.never];
  const spanFields = new Map<string, SpanField>();
  const traceFields = new Set<TraceField>();
  for (const leaf of parts.flatMap((part) => (part ? [...leavesOf(part)] : []))) {
    if (leaf.kind === "fact") traceFields.add(leaf.field);
    else {
      for (const field of spanFieldsIn(leaf.predicate)) {
        const key = "key" in field ? `${field.kind} ${field.key}` : field.kind;
        if (!spanFields.has(key)) spanFields.set(key, field);
      }
    }
  }
  return { spanFields: [...spanFields.values()], traceFields: [...traceFields] };
}

type Leaf =
  | { readonly kind: "fact"; readonly field: TraceField }
  | { readonly kind: "predicate"; readonly predicate: Predicate };

function* leavesOf(expression: TraceExpression): Generator<Leaf> {
  switch (expression.kind) {
    case "constant":
      break;
    case "not":
      yield* leavesOf(expression.operand);
      break;
    case "and":
    case "or":
      for (const operand of expression.operands) yield* leavesOf(operand);
      break;
    case "has":
      yield { kind: "predicate", predicate: expression.predicate };
      break;
    case "count":
      yield { kind: "predicate", predicate: expression.predicate };
      if (expression.right.kind === "count") yield { kind: "predicate", predicate: expression.right.predicate };
      break;
    case "before":
    case "after":
      yield { kind: "predicate", predicate: expression.subject };
      yield { kind: "predicate", predicate: expression.reference };
      break;
    case "fact":
      yield { kind: "fact", field: expression.test.field };
      break;
    default:
      expression satisfies never;
  }
}

function* spanFieldsIn(predicate: Predicate): Generator<SpanField> {
  switch (predicate.kind) {
    case "constant":
      break;
    case "not":
      yield* spanFieldsIn(predicate.operand);
      break;
    case "and":
    case "or":
      for (const operand of predicate.operands) yield* spanFieldsIn(operand);
      break;
    case "exists":
      yield predicate.field;
      break;
    case "compare_fields":
      yield predicate.left;
      yield predicate.right;
      break;
    case "test":
      yield predicate.test.field;
      break;
    default:
      predicate satisfies never;
  }
}
