import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { openFile } from "../open-file.js";
import { whyUnread } from "../why-unread.js";
import type { Bytes } from "./byte-reader.js";

/** Where traces are read from. */
export interface TraceInput {
  /** As messages name it. */
  readonly name: string;
  /** The bytes, once. */
  open(): Bytes;
}

/** Other names of what `-` is; opening them anew fails where stdin is a socket. */
const STDIN = new Set(["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]);

/**
 * The inputs that `--traces` names: files, pipes, or stdin for `-`. Throws an Error, in one line, for what is not there, before anything is
 * read.
 */
export async function traceInputs(paths: readonly string[], stdin: () => Readable): Promise<readonly TraceInput[]> {
  if (paths.filter((path) => STDIN.has(path)).length > 1) throw new Error("stdin is named twice, and can be read once");
  const inputs: TraceInput[] = [];
  for (const path of paths) {
    if (STDIN.has(path)) {
      inputs.push({ name: "stdin", open: () => stdin() });
      continue;
    }
    const found = await stat(path).catch((error: unknown) => {
      throw new Error(`${path}: ${whyUnread(path, error)}`);
    });
    if (found.isDirectory()) throw new Error(`${path}: ${whyUnread(path, { code: "EISDIR" })}`);
    inputs.push({ name: path, open: () => readFile(path) });
  }
  return inputs;
}

async function* readFile(path: string): AsyncGenerator<Buffer> {
  try {
    yield* (await openFile(path)) as Bytes;
  } catch (error) {
    throw new Error(whyUnread(path, error));
  }
}
