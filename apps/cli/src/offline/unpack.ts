import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { ByteReader, type Bytes } from "./byte-reader.js";
import { HEAD_BYTES, kindOf } from "./kinds.js";
import { unzstd } from "./zstd.js";

/**
 * The text of a file that may be packed with gzip or zstd, told by its first bytes and not by its name. Holds a piece at a time. Throws
 * an Error for what is packed otherwise, for what is no text, and for a packed stream that is cut or damaged.
 */
export async function* unpack(source: Bytes): AsyncGenerator<Buffer> {
  const { head, all } = await peek(source);
  const kind = kindOf(head);
  if (kind.is === "text") yield* all;
  else if (kind.is === "other") throw new Error(`this is ${kind.name}, which is not read; ${kind.instead}`);
  else {
    const inner = await peek(kind.is === "gzip" ? gunzip(all) : unzstd(kind.is === "zstd" ? all : unframed(all)));
    const held = kindOf(inner.head);
    if (held.is === "other") throw new Error(`in the ${kind.is} is ${held.name}, which is not read; ${held.instead}`);
    if (held.is !== "text") throw new Error(`this is packed twice, ${held.is} in ${kind.is}; unpack it once`);
    yield* inner.all;
  }
}

/** The first bytes of a stream, and all of it. */
async function peek(source: Bytes): Promise<{ readonly head: Buffer; readonly all: Bytes }> {
  const rest = source[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const { done, value } = await rest.next();
    if (done) break;
    first.push(value);
    length += value.length;
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield* first.splice(0);
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }
  return { head: Buffer.concat(first).subarray(0, HEAD_BYTES), all: all() };
}

/** Members one after the other are one stream, and zeros may fill up its end, as gzip itself has it. */
async function* gunzip(packed: Bytes): AsyncGenerator<Buffer> {
  let given = 0;
  let zerosAtEnd = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of packed) {
      given += chunk.length;
      const last = chunk.findLastIndex((byte) => byte !== 0);
      zerosAtEnd = chunk.length - 1 - last + (last < 0 ? zerosAtEnd : 0);
      yield chunk;
    }
  }
  const stream = createGunzip();
  // An error is thrown where the stream is read.
  pipeline(counted(), stream, () => undefined);
  try {
    yield* stream as Bytes;
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw code.startsWith("Z_") ? new Error(`the gzip stream cannot be unpacked: ${message}`) : error;
  }
  // Node stops at what is no gzip, and says nothing.
  if (stream.bytesWritten < given - zerosAtEnd) {
    throw new Error(`after byte ${stream.bytesWritten} of the file there is something that is not gzip`);
  }
}

/** Without the lengths (4 bytes, the greatest first) that the Collector's file exporter puts before each packed message. */
async function* unframed(framed: Bytes): AsyncGenerator<Buffer> {
  const reader = new ByteReader(framed);
  try {
    for (let header = await reader.take(4); header !== undefined; header = await reader.take(4)) {
      yield* reader.pass(header.readUInt32BE());
    }
  } finally {
    await reader.close();
  }
}
