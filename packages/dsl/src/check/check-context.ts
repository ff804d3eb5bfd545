import type { ExpressionSyntax } from "../parse/syntax.js";
import type { Place, Report } from "../problem.js";
import { cut } from "../problem.js";
import type { Levels } from "./levels.js";

/** What every check is given beside the syntax. */
export interface CheckContext {
  readonly text: string;
  readonly report: Report;
  readonly levelsOf: (expression: ExpressionSyntax) => Levels;
  /** Why RE2 or our limits refuse a pattern; undefined if they do not. */
  readonly refusePattern: (pattern: string) => string | undefined;
}

/** A place's text on one line, as it may stand in a hint. */
export function quote({ text }: CheckContext, place: Place): string {
  return cut(text.slice(place.start, place.end).replace(/\s+/g, " "));
}
