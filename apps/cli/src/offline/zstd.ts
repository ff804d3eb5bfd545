import { Decompress } from "fzstd";
import createHashes from "xxhash-wasm";
import { ByteReader, type Bytes } from "./byte-reader.js";

const [MAGIC, SKIPPABLE, RESERVED_BLOCK] = [0xfd2fb528, 0x184d2a5, 3];

/**
 * Unpacks zstd (RFC 8878), frame after frame, a block at a time. The library unpacks a frame; that the frame is whole and its checksum
 * right, where it has one, is seen to here: a byte that changed on disk must not change a verdict. Throws an Error that says what is wrong.
 */
export async function* unzstd(packed: Bytes): AsyncGenerator<Buffer> {
  const reader = new ByteReader(packed);
  const { create64 } = await createHashes();
  try {
    for (let magic = await reader.take(4); magic !== undefined; magic = await reader.take(4)) {
      if (magic.readUInt32LE() >>> 4 === SKIPPABLE) {
        for await (const _ of reader.pass((await reader.need(4)).readUInt32LE()));
      } else if (magic.readUInt32LE() === MAGIC) yield* frame(reader, magic, create64());
      else throw new Error("something that is not zstd follows");
    }
  } catch (error) {
    throw new Error(`the zstd stream cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await reader.close();
  }
}

interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(): bigint;
}

async function* frame(reader: ByteReader, magic: Buffer, hash: Hash): AsyncGenerator<Buffer> {
  let out: Buffer[] = [];
  const frame = new Decompress((chunk) => {
    if (chunk.length === 0) return;
    hash.update(chunk);
    // What it hands out may be its window, which it goes on writing to.
    out.push(Buffer.from(chunk));
  });
  const push = (piece: Uint8Array, last = false): readonly Buffer[] => {
    frame.push(piece, last);
    const done = out;
    out = [];
    return done;
  };
  const descriptor = await reader.need(1);
  const { headerBytes, hasChecksum } = described(descriptor.readUInt8());
  yield* push(Buffer.concat([magic, descriptor, await reader.need(headerBytes)]));
  for (let last = false; !last; ) {
    const header = await reader.need(3);
    const [type, size] = [(header.readUIntLE(0, 3) >> 1) & 3, header.readUIntLE(0, 3) >> 3];
    if (type === RESERVED_BLOCK) throw new Error("a block is of no known type");
    last = (header.readUInt8() & 1) === 1;
    yield* push(header);
    // A run of one byte has that byte only, whatever its size.
    for await (const piece of reader.pass(type === 1 ? 1 : size)) yield* push(piece);
  }
  const checksum = hasChecksum ? await reader.need(4) : undefined;
  yield* push(checksum ?? new Uint8Array(), true);
  if (checksum !== undefined && Number(BigInt.asUintN(32, hash.digest())) !== checksum.readUInt32LE()) {
    throw new Error("its content is damaged: the checksum is another");
  }
}

/** What the first byte of a frame's header says of the rest of it. */
function described(descriptor: number): { readonly headerBytes: number; readonly hasChecksum: boolean } {
  const single = (descriptor >> 5) & 1;
  const window = 1 - single;
  const dictionaryId = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [single, 2, 4, 8][descriptor >> 6] ?? 0;
  return { headerBytes: window + dictionaryId + contentSize, hasChecksum: ((descriptor >> 2) & 1) === 1 };
}
