import { ParserRuleContext } from "antlr4ts/ParserRuleContext.js";
import type { ParseTree } from "antlr4ts/tree/ParseTree.js";
import { TerminalNode } from "antlr4ts/tree/TerminalNode.js";
import type { Place } from "../problem.js";

/** True of a token that is in the text: error recovery conjures up others. */
export function present(node: TerminalNode | undefined): node is TerminalNode {
  return node !== undefined && node.symbol.tokenIndex >= 0;
}

/** The place of what a rule of the grammar read, or of its part from `first` on. */
export function placeIn(context: ParserRuleContext, first: ParseTree | undefined = context): Place {
  const token =
    first instanceof TerminalNode ? first.symbol : first instanceof ParserRuleContext ? first.start : context.start;
  const start = token.startIndex;
  return { start, end: Math.max(start, (context.stop ?? context.start).stopIndex + 1) };
}
