import type { ExpressionSyntax, ReferenceSyntax } from "../parse/syntax.js";
import { FUNCTIONS } from "./vocabulary.js";

/** Which kinds of leaf an expression has: those that speak of one span, and those that speak of the trace. */
export interface Levels {
  readonly span: boolean;
  readonly trace: boolean;
}

const NEITHER: Levels = { span: false, trace: false };
const SPAN: Levels = { span: true, trace: false };
const TRACE: Levels = { span: false, trace: true };

/** Levels of expressions, each looked at once however often it is asked for. */
export function createLevels(): (expression: ExpressionSyntax) => Levels {
  const known = new Map<ExpressionSyntax, Levels>();
  const levelsOf = (expression: ExpressionSyntax): Levels => {
    const before = known.get(expression);
    if (before) return before;
    const levels = look(expression);
    known.set(expression, levels);
    return levels;
  };
  const look = (expression: ExpressionSyntax): Levels => {
    switch (expression.kind) {
      case "constant":
      case "missing":
        return NEITHER;
      case "not":
        return levelsOf(expression.operand);
      case "and":
      case "or": {
        const all = expression.operands.map(levelsOf);
        return { span: all.some(({ span }) => span), trace: all.some(({ trace }) => trace) };
      }
      case "reference":
        return levelOfReference(expression.reference);
      case "test":
        return levelOfReference(expression.left);
      default:
        return expression satisfies never;
    }
  };
  return levelsOf;
}

/** What a reference speaks of, by how it begins; a name that is unknown altogether speaks of neither. */
export function levelOfReference(reference: ReferenceSyntax): Levels {
  const called = reference.args === undefined ? undefined : functionOf(reference);
  if (called) return called === "exists" ? SPAN : TRACE;
  const root = reference.path[0]?.toLowerCase();
  return root === "span" ? SPAN : root === "trace" ? TRACE : NEITHER;
}

/** The function that a path names, whether or not it is called. */
export function functionOf(reference: ReferenceSyntax) {
  return FUNCTIONS.get(reference.path.join(".").toLowerCase());
}
