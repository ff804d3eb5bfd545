import type { Problem } from "../problem.js";
import { BeTraceDSLParser } from "./generated/BeTraceDSLParser.js";
import { guard } from "./guard.js";
import { ExpressionReader } from "./read-expression.js";
import { readTree } from "./read-tree.js";
import type { RuleSyntax } from "./syntax.js";
import { listenForSyntaxErrors, TooManySyntaxErrors } from "./syntax-errors.js";

/** A text's shape as far as it could be read, with everything that was wrong on the way. */
export interface ParsedText {
  /** Undefined if the text is beyond reading; with problems it may have `missing` parts. */
  readonly syntax: RuleSyntax | undefined;
  readonly problems: readonly Problem[];
}

/** The only door to ANTLR: any text in, syntax and problems out. Linear in the text; does not throw. */
export function parseText(text: string): ParsedText {
  const guarded = guard(text);
  if (guarded.stream === undefined) return { syntax: undefined, problems: guarded.problems };
  const problems: Problem[] = [];
  const parser = new BeTraceDSLParser(guarded.stream);
  parser.removeErrorListeners();
  parser.addErrorListener(listenForSyntaxErrors(text, guarded, problems));
  const expressions = new ExpressionReader();
  parser.addParseListener(expressions);
  try {
    return { syntax: readTree(parser.ruleText(), expressions), problems: [...guarded.problems, ...problems] };
  } catch (error) {
    if (!(error instanceof TooManySyntaxErrors)) throw error;
    return { syntax: undefined, problems: [...guarded.problems, ...problems] };
  }
}
