// @ts-nocheck
// Generated from BeTraceDSL.g4 by ANTLR 4.9.0-SNAPSHOT


import type { ParseTreeVisitor } from "antlr4ts/tree/ParseTreeVisitor.js";

import type { RuleTextContext } from "./BeTraceDSLParser.js";
import type { AnnotationContext } from "./BeTraceDSLParser.js";
import type { ControlContext } from "./BeTraceDSLParser.js";
import type { InvariantContext } from "./BeTraceDSLParser.js";
import type { ClauseContext } from "./BeTraceDSLParser.js";
import type { BlockContext } from "./BeTraceDSLParser.js";
import type { ExpressionContext } from "./BeTraceDSLParser.js";
import type { ConjunctionContext } from "./BeTraceDSLParser.js";
import type { ConditionContext } from "./BeTraceDSLParser.js";
import type { ReferenceContext } from "./BeTraceDSLParser.js";
import type { ArgumentsContext } from "./BeTraceDSLParser.js";
import type { ArgumentContext } from "./BeTraceDSLParser.js";
import type { TestContext } from "./BeTraceDSLParser.js";
import type { NameContext } from "./BeTraceDSLParser.js";


/**
 * This interface defines a complete generic visitor for a parse tree produced
 * by `BeTraceDSLParser`.
 *
 * @param <Result> The return type of the visit operation. Use `void` for
 * operations with no return type.
 */
export interface BeTraceDSLVisitor<Result> extends ParseTreeVisitor<Result> {
	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.ruleText`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitRuleText?: (ctx: RuleTextContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.annotation`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitAnnotation?: (ctx: AnnotationContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.control`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitControl?: (ctx: ControlContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.invariant`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitInvariant?: (ctx: InvariantContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.clause`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitClause?: (ctx: ClauseContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.block`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitBlock?: (ctx: BlockContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.expression`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitExpression?: (ctx: ExpressionContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.conjunction`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitConjunction?: (ctx: ConjunctionContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.condition`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitCondition?: (ctx: ConditionContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.reference`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitReference?: (ctx: ReferenceContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.arguments`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitArguments?: (ctx: ArgumentsContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.argument`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitArgument?: (ctx: ArgumentContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.test`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitTest?: (ctx: TestContext) => Result;

	/**
	 * Visit a parse tree produced by `BeTraceDSLParser.name`.
	 * @param ctx the parse tree
	 * @return the visitor result
	 */
	visitName?: (ctx: NameContext) => Result;
}

