import { constants, createReadStream, openSync } from "node:fs";
import { stat } from "node:fs/promises";
import { Socket } from "node:net";
import type { Readable } from "node:stream";

/**
 * The bytes of a file or a named pipe. Opening a pipe that nobody writes to yet blocks a thread, and the process could
 * not end before it: so it is opened without waiting, and the event loop waits for the writer.
 */
export async function openFile(path: string): Promise<Readable> {
  if (!(await stat(path)).isFIFO()) return createReadStream(path);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
