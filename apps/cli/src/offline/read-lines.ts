import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

/** One line of a file, without its line break. */
export interface FileLine {
  /** 1-based. */
  readonly number: number;
  readonly bytes: Buffer;
}

/** The longest line that is read, bytes: what one JSON text can hold. */
export const MAX_LINE_BYTES = 256 * 1024 * 1024;

/**
 * The lines of a file, unpacked where it is gzip (told by its first bytes, not its name), held one at a time. Throws an Error that names
 * the line for what cannot be read on.
 */
export async function* readLines(path: string): AsyncGenerator<FileLine> {
  const file = createReadStream(path);
  const source = (await isGzip(path)) ? pipeline(file, createGunzip(), () => undefined) : file;
  let parts: Buffer[] = [];
  let held = 0;
  let number = 1;
  const take = (end: Buffer): FileLine => {
    const bytes = Buffer.concat([...parts, end]);
    parts = [];
    held = 0;
    return { number: number++, bytes };
  };
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        yield take(chunk.subarray(from, at));
        from = at + 1;
      }
      if (from === chunk.length) continue;
      parts.push(chunk.subarray(from));
      held += chunk.length - from;
      if (held > MAX_LINE_BYTES) throw new Error(`a line is longer than ${MAX_LINE_BYTES / 1_048_576} MiB`);
    }
  } catch (error) {
    throw new Error(`${path}:${number}: cannot be read on: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    file.destroy();
  }
  if (held > 0) yield take(Buffer.alloc(0));
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
