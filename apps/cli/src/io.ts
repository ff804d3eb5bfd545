import type { Readable, Writable } from "node:stream";
import { styleText } from "node:util";
import type { Paint } from "./rule-files/rule-problem.js";
import type { Environment } from "./stack.js";

/** Where a person, or the next program, reads. */
export type TextStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command reads and writes besides its arguments. */
export interface Io {
  readonly env: Environment;
  /** What `-` names. Touched only where it is asked for. */
  readonly in: Readable;
  /** Answers go here, and nothing else, so that they can be piped. */
  readonly out: TextStream;
  /** Progress, hints and errors. */
  readonly err: TextStream;
  /**
   * For a command that has something to end itself: the signal that tells it to. It has this many milliseconds for it
   * then; every other command is ended where it stands. The signal's reason is a `CommandError` with the exit code of
   * that ending.
   */
  readonly endsItself: (withinMs: number) => AbortSignal;
  /** Unix nanoseconds now. */
  readonly nowNs: () => bigint;
}

/** Colours on a terminal, unless NO_COLOR (no-color.org) is set to anything; plain elsewhere. */
export function paintFor(stream: { readonly isTTY?: boolean }, env: Environment): Paint {
  const coloured = stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
  return (style, text) => (coloured ? styleText(style, text) : text);
}
