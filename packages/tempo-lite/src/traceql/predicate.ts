import {
  CompositeValue,
  type Scalar,
  type StoredAttributes,
  type StoredSpan,
  type StoredValue,
  type TraceRow,
} from "../store/model.js";
import type { Expression, Field, Literal } from "./ast.js";
import { comparesTo, comparing } from "./compare.js";
import { intrinsicReader, trimmedTraceId } from "./intrinsics.js";
import type { Seen } from "./seen.js";

export type SpanPredicate = (span: StoredSpan, row: TraceRow) => boolean;
export type FieldReader = (span: StoredSpan, row: TraceRow) => StoredValue | undefined;

/** Compiles what stands between braces into a test of one span. */
export function compileExpression(expression: Expression, seen: Seen): SpanPredicate {
  switch (expression.kind) {
    case "constant":
      return () => expression.value;
    case "and": {
      const left = compileExpression(expression.left, seen);
      const right = compileExpression(expression.right, seen);
      return (span, row) => left(span, row) && right(span, row);
    }
    case "or": {
      const left = compileExpression(expression.left, seen);
      const right = compileExpression(expression.right, seen);
      return (span, row) => left(span, row) || right(span, row);
    }
    case "exists": {
      const visible = seen.of(expression.field);
      const read = fieldReader(expression.field, visible.alone);
      return (span, row) => some(read(span, row), visible.alone, visible.element);
    }
    case "compare": {
      const { field, operator } = expression;
      const visible = seen.of(field);
      const read = fieldReader(field, visible.alone);
      const test = comparing(operator, trimmed(field, expression.literal));
      if (field.kind === "intrinsic") return (span, row) => test(read(span, row) as Scalar);
      const alone = (value: Scalar) => test(value) && visible.alone(value);
      const element = (value: Scalar) => test(value) && visible.element(value);
      return (span, row) => some(read(span, row), alone, element);
    }
    case "compare-fields": {
      const left = fieldReader(expression.left);
      const right = fieldReader(expression.right);
      const { operator } = expression;
      return (span, row) => {
        const other = right(span, row);
        return some(left(span, row), (value) => some(other, (right) => comparesTo(operator, value, right)));
      };
    }
  }
}

/**
 * Reads a field of a span; of a key that comes twice, the last. Remembers where a key stands in a list of keys, which many spans
 * share. `isWanted` says of a service name that is no text whether some condition lets it through.
 */
export function fieldReader(field: Field, isWanted: (value: Scalar) => boolean = () => false): FieldReader {
  if (field.kind === "intrinsic") return intrinsicReader(field.name);
  const { key } = field;
  const places = new Map<readonly string[], number>();
  const find = (attributes: StoredAttributes): StoredValue | undefined => {
    let place = places.get(attributes.keys);
    if (place === undefined) {
      place = attributes.keys.lastIndexOf(key);
      places.set(attributes.keys, place);
    }
    return place < 0 ? undefined : attributes.values[place];
  };
  // Tempo keeps a service name of its own for every resource, empty if there is none or it is no text.
  if (field.text === "resource.service.name") {
    return (span) => {
      if (span.service !== "") return span.service;
      const value = find(span.resource.attributes);
      return value === undefined || typeof value === "string" || value instanceof CompositeValue || !isWanted(value)
        ? ""
        : value;
    };
  }
  return field.scope === "span" ? (span) => find(span.attributes) : (span) => find(span.resource.attributes);
}

type Test = (value: Scalar) => boolean;

function some(value: StoredValue | undefined, alone: Test, element: Test = alone): boolean {
  if (value === undefined) return false;
  return value instanceof CompositeValue ? value.elements.some(element) : alone(value);
}

/** `trace:id = "00ab"` finds the trace that answers call `ab`. */
function trimmed(field: Field, literal: Literal): Literal {
  if (field.kind !== "intrinsic" || field.name !== "trace:id" || literal.type !== "string") return literal;
  return { ...literal, value: trimmedTraceId(literal.value) };
}
