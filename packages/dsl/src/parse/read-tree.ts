import type { ParserRuleContext } from "antlr4ts/ParserRuleContext.js";
import type { Token } from "antlr4ts/Token.js";
import type { Place } from "../problem.js";
import {
  type AnnotationContext,
  BlockContext,
  type ControlContext,
  ExpressionContext,
  type InvariantContext,
  BeTraceDSLParser as P,
  type RuleTextContext,
} from "./generated/BeTraceDSLParser.js";
import type { ExpressionReader } from "./read-expression.js";
import { placeOf } from "./repair.js";
import type { AnnotationSyntax, ClauseSyntax, ControlSyntax, InvariantSyntax, RuleSyntax } from "./syntax.js";
import { placeIn } from "./tree-node.js";

/** The parser's tree as our syntax: what is missing or conjured up by error recovery becomes `missing`. */
export function readTree(tree: RuleTextContext, expressions: ExpressionReader): RuleSyntax {
  const invariant = tree.invariant();
  return {
    annotations: tree.annotation().map(readAnnotation),
    body: invariant ? readInvariant(invariant, expressions) : expressions.read(tree.expression()),
  };
}

function readAnnotation(context: AnnotationContext): AnnotationSyntax {
  const [framework, argument] = context.name();
  return {
    framework: framework?.text ?? "",
    argument: { name: argument?.text ?? "", place: placeIn(argument ?? context) },
    controls: context.control().map(readControl),
    place: placeIn(context),
  };
}

function readControl(context: ControlContext): ControlSyntax {
  const place = placeIn(context);
  const string = context.STRING();
  if (string) return { text: string.text, isString: true, place };
  // From the characters and not the tokens: a blank inside must be seen.
  return { text: sourceOf(context.start, place), isString: false, place };
}

function readInvariant(context: InvariantContext, expressions: ExpressionReader): InvariantSyntax {
  const when = context.tryGetToken(P.WHEN, 0);
  return {
    kind: "invariant",
    when: expressions.read(blockOf(context)),
    clauses: context.clause().map((clause): ClauseSyntax => {
      const always = clause.ALWAYS();
      return {
        kind: always ? "always" : "never",
        expression: expressions.read(blockOf(clause)),
        place: placeOf(clause.start),
      };
    }),
    place: when ? placeOf(when.symbol) : placeIn(context),
  };
}

function blockOf(context: ParserRuleContext): ExpressionContext | undefined {
  return context.tryGetRuleContext(0, BlockContext)?.tryGetRuleContext(0, ExpressionContext);
}

function sourceOf(token: Token, place: Place): string {
  return token.inputStream?.toString().slice(place.start, place.end) ?? "";
}
