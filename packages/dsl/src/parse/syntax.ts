/**
 * What the parser hands on: the shape of the text with its places, before any name has a meaning. Nothing here knows of
 * ANTLR, so that another parser could take its place.
 */
import type { Place } from "../problem.js";
import type { Comparison, TextOperator } from "../rule.js";

export interface RuleSyntax {
  readonly annotations: readonly AnnotationSyntax[];
  readonly body: ExpressionSyntax | InvariantSyntax;
}

export interface AnnotationSyntax {
  readonly framework: string;
  readonly argument: { readonly name: string; readonly place: Place };
  readonly controls: readonly ControlSyntax[];
  readonly place: Place;
}

/** A control id as written: bare, or a string literal. */
export interface ControlSyntax {
  readonly text: string;
  readonly isString: boolean;
  readonly place: Place;
}

export interface InvariantSyntax {
  readonly kind: "invariant";
  readonly when: ExpressionSyntax;
  readonly clauses: readonly ClauseSyntax[];
  /** The word `when`. */
  readonly place: Place;
}

export interface ClauseSyntax {
  readonly kind: "always" | "never";
  readonly expression: ExpressionSyntax;
  /** The clause's word. */
  readonly place: Place;
}

/** `missing` stands where a syntax error was reported; nothing is to be said of it again. */
export type ExpressionSyntax =
  | { readonly kind: "constant"; readonly value: boolean; readonly place: Place }
  | { readonly kind: "not"; readonly operand: ExpressionSyntax; readonly place: Place }
  | { readonly kind: "and" | "or"; readonly operands: readonly ExpressionSyntax[]; readonly place: Place }
  | { readonly kind: "reference"; readonly reference: ReferenceSyntax; readonly place: Place }
  | { readonly kind: "test"; readonly left: ReferenceSyntax; readonly test: TestSyntax; readonly place: Place }
  | { readonly kind: "missing"; readonly place: Place };

/** `span.attributes["k"]` or `trace.has(...)`: dotted names, then perhaps a key, then perhaps arguments. */
export interface ReferenceSyntax {
  readonly path: readonly string[];
  readonly pathPlace: Place;
  readonly key: StringSyntax | undefined;
  readonly args: readonly ArgumentSyntax[] | undefined;
  readonly place: Place;
}

export type ArgumentSyntax = StringSyntax | ExpressionSyntax;

export type TestSyntax =
  | {
      readonly kind: "compare";
      readonly operator: Comparison;
      readonly right: LiteralSyntax;
      readonly operatorPlace: Place;
    }
  | {
      readonly kind: "compare_reference";
      readonly operator: Comparison;
      readonly right: ReferenceSyntax;
      readonly operatorPlace: Place;
    }
  | {
      readonly kind: "text";
      readonly operator: TextOperator | "matches";
      readonly right: LiteralSyntax;
      readonly operatorPlace: Place;
    }
  | { readonly kind: "in"; readonly values: readonly LiteralSyntax[]; readonly operatorPlace: Place };

/** A literal as written; `numberlike` begins like a number and is none. */
export interface LiteralSyntax {
  readonly kind: "string" | "integer" | "decimal" | "duration" | "boolean" | "numberlike";
  readonly text: string;
  readonly place: Place;
}

/** A string literal as written, with its quotes and escapes. */
export interface StringSyntax {
  readonly kind: "string";
  readonly text: string;
  readonly place: Place;
}
