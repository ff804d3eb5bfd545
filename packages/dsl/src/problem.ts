import { MAX_ERROR_TEXT, MAX_ERRORS } from "./limits.js";
import type { RuleError, RuleErrorCode } from "./rule-error.js";

/** A part of a rule's text, half-open, in UTF-16 code units. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A rule error whose place is still an offset. */
export interface Problem {
  readonly code: RuleErrorCode;
  readonly message: string;
  readonly place: Place;
  readonly expected?: readonly string[];
  readonly hint?: string | undefined;
}

/** Where a phase puts the problems that it finds. */
export type Report = (problem: Problem) => void;

/** Problems as their reader sees them: in the order of the text, each once, with lines and columns, at most {@link MAX_ERRORS}. */
export function toRuleErrors(text: string, problems: readonly Problem[]): RuleError[] {
  const lines = lineStarts(text);
  const seen = new Set<string>();
  const errors: RuleError[] = [];
  for (const problem of [...problems].sort((a, b) => a.place.start - b.place.start)) {
    const key = `${problem.place.start} ${problem.place.end} ${problem.message}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (errors.push(toRuleError(text, lines, problem)) === MAX_ERRORS) break;
  }
  return errors;
}

/** "line 3, column 7" of an offset, for a message that points at a second place. */
export function describePlace(text: string, offset: number): string {
  const { line, column } = positionOf(lineStarts(text), offset);
  return `line ${line}, column ${column}`;
}

function toRuleError(
  text: string,
  lines: readonly number[],
  { code, message, place, expected, hint }: Problem,
): RuleError {
  const error: RuleError = {
    code,
    message,
    ...positionOf(lines, place.start),
    length: place.end - place.start,
    text: cut(text.slice(place.start, place.end)),
    expected: expected ?? [],
  };
  return hint === undefined ? error : { ...error, hint };
}

/** A text as it may stand in a message: never longer than {@link MAX_ERROR_TEXT}, never half a character at its end. */
export function cut(text: string): string {
  return text.length <= MAX_ERROR_TEXT ? text : `${text.slice(0, MAX_ERROR_TEXT - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function positionOf(starts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
