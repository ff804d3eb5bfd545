import type { ParserRuleContext } from "antlr4ts/ParserRuleContext.js";
import type { ParseTreeListener } from "antlr4ts/tree/ParseTreeListener.js";
import { TerminalNode } from "antlr4ts/tree/TerminalNode.js";
import type { Place } from "../problem.js";
import type { Comparison, TextOperator } from "../rule.js";
import {
  type ArgumentContext,
  ArgumentsContext,
  ConditionContext,
  type ConjunctionContext,
  ExpressionContext,
  BeTraceDSLParser as P,
  ReferenceContext,
  TestContext,
} from "./generated/BeTraceDSLParser.js";
import { placeOf } from "./repair.js";
import type {
  ArgumentSyntax,
  ExpressionSyntax,
  LiteralSyntax,
  ReferenceSyntax,
  StringSyntax,
  TestSyntax,
} from "./syntax.js";
import { placeIn, present } from "./tree-node.js";

/**
 * Reads expressions while the parser is still at work, and lets go of the parser's tree behind it: a condition's tree is ten
 * times the size of its syntax, and keeping those of a long rule cost more time than parsing it.
 *
 * After a syntax error a tree lacks parts, anywhere: so only the accessors that may give undefined are used here.
 */
export class ExpressionReader implements ParseTreeListener {
  readonly #conditions = new Map<ConditionContext, ExpressionSyntax>();

  /** Called by the parser each time it leaves a rule of the grammar. */
  exitEveryRule(context: ParserRuleContext): void {
    if (!(context instanceof ConditionContext)) return;
    this.#conditions.set(context, this.#readCondition(context));
    context.children = [];
  }

  /** The expression of a context that the parser has left; `missing` where there is none. */
  read(context: ExpressionContext | undefined): ExpressionSyntax {
    if (!context) return { kind: "missing", place: { start: 0, end: 0 } };
    return joined(
      "or",
      context,
      context.conjunction().map((child) => this.#readConjunction(child)),
    );
  }

  #readConjunction(context: ConjunctionContext): ExpressionSyntax {
    return joined(
      "and",
      context,
      context.condition().map((child) => this.#conditions.get(child) ?? missing(child)),
    );
  }

  #readCondition(context: ConditionContext): ExpressionSyntax {
    const nots = context.NOT();
    const place = placeIn(context, context.children?.[nots.length]);
    let expression = this.#readOperand(context, place);
    for (const not of nots.reverse()) {
      const start = not.symbol.startIndex;
      expression = { kind: "not", operand: expression, place: { start, end: expression.place.end } };
    }
    return expression;
  }

  #readOperand(context: ConditionContext, place: Place): ExpressionSyntax {
    if (present(context.TRUE())) return { kind: "constant", value: true, place };
    if (present(context.FALSE())) return { kind: "constant", value: false, place };
    const group = context.tryGetRuleContext(0, ExpressionContext);
    if (group) {
      const inner = this.read(group);
      return inner.kind === "missing" ? inner : { ...inner, place };
    }
    const reference = this.#readReference(context.tryGetRuleContext(0, ReferenceContext));
    if (!reference) return { kind: "missing", place };
    const testContext = context.tryGetRuleContext(0, TestContext);
    if (!testContext) return { kind: "reference", reference, place };
    const test = this.#readTest(testContext);
    return test ? { kind: "test", left: reference, test, place } : { kind: "missing", place };
  }

  /** The names between the dots, then perhaps `[ key ]`, then perhaps arguments. */
  #readReference(context: ReferenceContext | undefined): ReferenceSyntax | undefined {
    if (!context || context.start.type !== P.IDENTIFIER) return undefined;
    const path: string[] = [];
    let end = context.start;
    let key: StringSyntax | undefined;
    for (const node of terminalsOf(context)) {
      if (!present(node)) return undefined;
      const { symbol } = node;
      if (symbol.type === P.LBRACKET) break;
      if (symbol.type === P.DOT) continue;
      path.push(node.text);
      end = symbol;
    }
    if (context.LBRACKET()) {
      const string = context.STRING();
      if (!present(string)) return undefined;
      key = { kind: "string", text: string.text, place: placeOf(string.symbol) };
    }
    const argumentsContext = context.tryGetRuleContext(0, ArgumentsContext);
    return {
      path,
      pathPlace: { start: context.start.startIndex, end: end.stopIndex + 1 },
      key,
      args: argumentsContext?.argument().map((child) => this.#readArgument(child)),
      place: placeIn(context),
    };
  }

  #readArgument(context: ArgumentContext): ArgumentSyntax {
    const string = context.tryGetToken(P.STRING, 0);
    if (present(string)) return { kind: "string", text: string.text, place: placeOf(string.symbol) };
    return this.read(context.tryGetRuleContext(0, ExpressionContext));
  }

  #readTest(context: TestContext): TestSyntax | undefined {
    // An exception means that something is lacking, and was said.
    if (context.exception) return undefined;
    const { start } = context;
    const operatorPlace = placeOf(start);
    const values = terminalsOf(context)
      .map(readLiteral)
      .filter((literal) => literal !== undefined);
    const [value] = values;
    const comparison = COMPARISONS.get(start.type);
    if (comparison) {
      if (value) return { kind: "compare", operator: comparison, right: value, operatorPlace };
      const right = this.#readReference(context.tryGetRuleContext(0, ReferenceContext));
      return right && { kind: "compare_reference", operator: comparison, right, operatorPlace };
    }
    const operator = TEXT_OPERATORS.get(start.type);
    if (operator) return value && { kind: "text", operator, right: value, operatorPlace };
    return value && { kind: "in", values, operatorPlace };
  }
}

function joined(kind: "and" | "or", context: ParserRuleContext, operands: ExpressionSyntax[]): ExpressionSyntax {
  const [first, second] = operands;
  if (!first) return missing(context);
  return second ? { kind, operands, place: placeIn(context) } : first;
}

function missing(context: ParserRuleContext): ExpressionSyntax {
  return { kind: "missing", place: placeIn(context) };
}

const COMPARISONS: ReadonlyMap<number, Comparison> = new Map([
  [P.EQ, "=="],
  [P.NE, "!="],
  [P.LT, "<"],
  [P.LE, "<="],
  [P.GT, ">"],
  [P.GE, ">="],
]);
const TEXT_OPERATORS: ReadonlyMap<number, TextOperator | "matches"> = new Map([
  [P.CONTAINS, "contains"],
  [P.STARTS_WITH, "starts_with"],
  [P.ENDS_WITH, "ends_with"],
  [P.MATCHES, "matches"],
]);

const LITERAL_KINDS: ReadonlyMap<number, LiteralSyntax["kind"]> = new Map([
  [P.STRING, "string"],
  [P.INTEGER, "integer"],
  [P.DECIMAL, "decimal"],
  [P.DURATION, "duration"],
  [P.NUMBERLIKE, "numberlike"],
  [P.TRUE, "boolean"],
  [P.FALSE, "boolean"],
]);

function readLiteral(node: TerminalNode): LiteralSyntax | undefined {
  const kind = LITERAL_KINDS.get(node.symbol.type);
  if (kind === undefined || !present(node)) return undefined;
  return { kind, text: node.text, place: placeOf(node.symbol) };
}

function terminalsOf(context: ParserRuleContext): TerminalNode[] {
  return (context.children ?? []).filter((child) => child instanceof TerminalNode);
}
