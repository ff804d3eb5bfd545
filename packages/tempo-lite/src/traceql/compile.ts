import { CompositeValue, type StoredSpan, type StoredValue, type TraceRow } from "../store/model.js";
import type { Comparison, SpansetExpression, Stage } from "./ast.js";
import { comparesTo } from "./compare.js";
import { conditionsOf } from "./conditions.js";
import { parseQuery } from "./parse.js";
import { compileExpression, type FieldReader, fieldReader, type SpanPredicate } from "./predicate.js";
import { Seen } from "./seen.js";
import { inOwnColumn, type ShownField, shownFields } from "./shown.js";

/** Some spans of one trace that belong together, with what the pipeline said of them (`by(...)`, `count()`). */
export interface Spanset {
  readonly spans: readonly StoredSpan[];
  readonly attributes: readonly { readonly key: string; readonly value: StoredValue }[];
}

export interface CompiledQuery {
  /** The span sets that a trace gives; none when the trace is not found by the query. */
  evaluate(row: TraceRow): readonly Spanset[];
  /** What each span found is shown with. */
  readonly shown: readonly ShownField[];
}

type Step = (sets: readonly Spanset[], row: TraceRow) => readonly Spanset[];

/** Parses and compiles a query. Throws `TraceqlError`. */
export function compileQuery(text: string): CompiledQuery {
  const query = parseQuery(text);
  const conditions = conditionsOf(query);
  const seen = new Seen(conditions.first);
  const steps = query.stages.map((stage) => stepOf(stage, seen));
  return {
    shown: shownFields(conditions, seen),
    evaluate(row) {
      let sets: readonly Spanset[] = [{ spans: row.spans, attributes: [] }];
      for (const step of steps) {
        sets = step(sets, row);
        if (sets.length === 0) break;
      }
      return sets;
    },
  };
}

function stepOf(stage: Stage, seen: Seen): Step {
  switch (stage.kind) {
    case "spansets": {
      const find = spansetsOf(stage.spansets, seen);
      return (sets, row) =>
        sets.flatMap(({ spans, attributes }) => {
          const found = find(spans, row);
          return found.length === 0 ? [] : [{ spans: found, attributes }];
        });
    }
    case "by": {
      const { field } = stage;
      const value = fieldReader(field);
      const read: FieldReader = (span, row) => inOwnColumn(field, value(span, row));
      const key = `by(${field.text})`;
      return (sets, row) => sets.flatMap((set) => grouped(set, row, key, read));
    }
    case "count":
      return (sets) => sets.flatMap((set) => counted(set, stage.operator, stage.value));
    case "coalesce":
      return (sets) => [{ spans: sets.flatMap((set) => set.spans), attributes: [] }];
    case "select":
      return (sets) => sets;
  }
}

function spansetsOf(spansets: SpansetExpression, seen: Seen) {
  if (spansets.kind === "filter") return filter(compileExpression(spansets.expression, seen));
  const left = spansetsOf(spansets.left, seen);
  const right = spansetsOf(spansets.right, seen);
  const both = spansets.kind === "and";
  return (spans: readonly StoredSpan[], row: TraceRow): readonly StoredSpan[] => {
    const ofLeft = left(spans, row);
    const ofRight = right(spans, row);
    if (both && (ofLeft.length === 0 || ofRight.length === 0)) return [];
    return union(ofLeft, ofRight);
  };
}

function filter(predicate: SpanPredicate) {
  return (spans: readonly StoredSpan[], row: TraceRow): readonly StoredSpan[] =>
    spans.filter((span) => predicate(span, row));
}

/** The smaller side first, then what the larger one adds: Tempo's order, which decides which spans `spss` keeps. */
function union(left: readonly StoredSpan[], right: readonly StoredSpan[]): readonly StoredSpan[] {
  const [smaller, larger] = left.length < right.length ? [left, right] : [right, left];
  if (smaller.length === 0) return larger;
  const known = new Set(smaller);
  return [...smaller, ...larger.filter((span) => !known.has(span))];
}

function grouped(set: Spanset, row: TraceRow, key: string, read: FieldReader): Spanset[] {
  const [only] = set.spans;
  if (only !== undefined && set.spans.length === 1) {
    const value = groupValue(read(only, row));
    return [{ spans: set.spans, attributes: [...set.attributes, { key, value }] }];
  }
  const groups = new Map<unknown, { spans: StoredSpan[]; value: StoredValue }>();
  for (const span of set.spans) {
    const value = groupValue(read(span, row));
    const name = value instanceof CompositeValue ? JSON.stringify(value.elements.map(String)) : value;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { spans: [span], value });
    else group.spans.push(span);
  }
  return [...groups.values()].map(({ spans, value }) => ({ spans, attributes: [...set.attributes, { key, value }] }));
}

/** Spans without the field form the group "nil". */
function groupValue(value: StoredValue | undefined): StoredValue {
  if (value === undefined) return "nil";
  if (!(value instanceof CompositeValue)) return value;
  if (value.elements.length > 1) return value;
  return value.elements[0] ?? "nil";
}

function counted(set: Spanset, operator: Comparison, wanted: bigint): Spanset[] {
  const count = BigInt(set.spans.length);
  if (!comparesTo(operator, count, wanted)) return [];
  return [{ spans: set.spans, attributes: [...set.attributes, { key: "count()", value: count }] }];
}
