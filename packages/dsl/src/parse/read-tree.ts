import { ParserRuleContext } from "antlr4ts/ParserRuleContext.js";
import type { Token } from "antlr4ts/Token.js";
import type { ParseTree } from "antlr4ts/tree/ParseTree.js";
import { TerminalNode } from "antlr4ts/tree/TerminalNode.js";
import type { Place } from "../problem.js";
import type { Comparison, TextOperator } from "../rule.js";
import {
  type AnnotationContext,
  type ArgumentContext,
  ArgumentsContext,
  BlockContext,
  type ConditionContext,
  type ConjunctionContext,
  type ControlContext,
  ExpressionContext,
  BeTraceDSLParser as P,
  ReferenceContext,
  type RuleTextContext,
  TestContext,
} from "./generated/BeTraceDSLParser.js";
import { placeOf } from "./repair.js";
import type {
  AnnotationSyntax,
  ArgumentSyntax,
  ClauseSyntax,
  ControlSyntax,
  ExpressionSyntax,
  InvariantSyntax,
  LiteralSyntax,
  ReferenceSyntax,
  RuleSyntax,
  StringSyntax,
  TestSyntax,
} from "./syntax.js";

// A tree of a text with syntax errors lacks parts, anywhere: so only the accessors that may give undefined are used here.

/** The parser's tree as our syntax: what is missing or conjured up by error recovery becomes `missing`. */
export function readTree(tree: RuleTextContext): RuleSyntax {
  const invariant = tree.invariant();
  return {
    annotations: tree.annotation().map(readAnnotation),
    body: invariant ? readInvariant(invariant) : readExpression(tree.expression()),
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

function readInvariant(context: NonNullable<ReturnType<RuleTextContext["invariant"]>>): InvariantSyntax {
  const when = context.tryGetToken(P.WHEN, 0);
  return {
    kind: "invariant",
    when: readExpression(blockOf(context)),
    clauses: context.clause().map((clause): ClauseSyntax => {
      const always = clause.ALWAYS();
      return {
        kind: always ? "always" : "never",
        expression: readExpression(blockOf(clause)),
        place: placeOf(clause.start),
      };
    }),
    place: when ? placeOf(when.symbol) : placeIn(context),
  };
}

function blockOf(context: ParserRuleContext): ExpressionContext | undefined {
  return context.tryGetRuleContext(0, BlockContext)?.tryGetRuleContext(0, ExpressionContext);
}

function readExpression(context: ExpressionContext | undefined): ExpressionSyntax {
  if (!context) return { kind: "missing", place: { start: 0, end: 0 } };
  return joined("or", context, context.conjunction().map(readConjunction));
}

function readConjunction(context: ConjunctionContext): ExpressionSyntax {
  return joined("and", context, context.condition().map(readCondition));
}

function joined(kind: "and" | "or", context: ParserRuleContext, operands: ExpressionSyntax[]): ExpressionSyntax {
  const [first, second] = operands;
  if (!first) return { kind: "missing", place: placeIn(context) };
  return second ? { kind, operands, place: placeIn(context) } : first;
}

function readCondition(context: ConditionContext): ExpressionSyntax {
  const nots = context.NOT();
  const place = placeIn(context, nots.length > 0 ? context.getChild(nots.length) : context);
  let expression = readOperand(context, place);
  for (const not of nots.reverse()) {
    const start = not.symbol.startIndex;
    expression = { kind: "not", operand: expression, place: { start, end: expression.place.end } };
  }
  return expression;
}

function readOperand(context: ConditionContext, place: Place): ExpressionSyntax {
  if (present(context.TRUE())) return { kind: "constant", value: true, place };
  if (present(context.FALSE())) return { kind: "constant", value: false, place };
  const group = context.tryGetRuleContext(0, ExpressionContext);
  if (group) {
    const inner = readExpression(group);
    return inner.kind === "missing" ? inner : { ...inner, place };
  }
  const reference = readReference(context.tryGetRuleContext(0, ReferenceContext));
  if (!reference) return { kind: "missing", place };
  const testContext = context.tryGetRuleContext(0, TestContext);
  if (!testContext) return { kind: "reference", reference, place };
  const test = readTest(testContext);
  return test ? { kind: "test", left: reference, test, place } : { kind: "missing", place };
}

/** The names between the dots, then perhaps `[ key ]`, then perhaps arguments. */
function readReference(context: ReferenceContext | undefined): ReferenceSyntax | undefined {
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
    args: argumentsContext?.argument().map(readArgument),
    place: placeIn(context),
  };
}

function readArgument(context: ArgumentContext): ArgumentSyntax {
  const string = context.tryGetToken(P.STRING, 0);
  if (present(string)) return { kind: "string", text: string.text, place: placeOf(string.symbol) };
  return readExpression(context.tryGetRuleContext(0, ExpressionContext));
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

function readTest(context: TestContext): TestSyntax | undefined {
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
    const right = readReference(context.tryGetRuleContext(0, ReferenceContext));
    return right && { kind: "compare_reference", operator: comparison, right, operatorPlace };
  }
  const operator = TEXT_OPERATORS.get(start.type);
  if (operator) return value && { kind: "text", operator, right: value, operatorPlace };
  return value && { kind: "in", values, operatorPlace };
}

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

/** Error recovery conjures up tokens that are not in the text. */
function present(node: TerminalNode | undefined): node is TerminalNode {
  return node !== undefined && node.symbol.tokenIndex >= 0;
}

function placeIn(context: ParserRuleContext, first: ParseTree = context): Place {
  const token =
    first instanceof TerminalNode ? first.symbol : first instanceof ParserRuleContext ? first.start : context.start;
  const start = token.startIndex;
  return { start, end: Math.max(start, (context.stop ?? context.start).stopIndex + 1) };
}

function sourceOf(token: Token, place: Place): string {
  return token.inputStream?.toString().slice(place.start, place.end) ?? "";
}
