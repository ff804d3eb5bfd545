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
  /** Resolves when the person wants it to end, e.g. on SIGINT. */
  readonly untilStopped: Promise<void>;
  /** Unix nanoseconds now. */
  readonly nowNs: () => bigint;
}

/** Colours on a terminal, unless NO_COLOR (no-color.org) is set to anything; plain elsewhere. */
export function paintFor(stream: { readonly isTTY?: boolean }, env: Environment): Paint {
  const coloured = stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
  return (style, text) => (coloured ? styleText(style, text) : text);
}
