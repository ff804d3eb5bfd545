/** Bytes, a piece at a time. */
export type Bytes = AsyncIterable<Buffer>;

/** Reads a stream as formats with lengths in them want it: so many bytes, then so many more. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #piece: Buffer = Buffer.alloc(0);

  constructor(source: Bytes) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes, for headers; undefined at the stream's end. Throws where it ends within them. */
  async take(count: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for (let left = count; left > 0; ) {
      const part = await this.#next(left);
      if (part === undefined) {
        if (parts.length === 0) return undefined;
        throw new Error(CUT_OFF);
      }
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** As {@link take}, where the stream must not end yet. */
  async need(count: number): Promise<Buffer> {
    const bytes = count === 0 ? Buffer.alloc(0) : await this.take(count);
    if (bytes === undefined) throw new Error(CUT_OFF);
    return bytes;
  }

  /** The next so many bytes as they come. Throws where the stream ends before. */
  async *pass(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      const part = await this.#next(left);
      if (part === undefined) throw new Error(CUT_OFF);
      left -= part.length;
      yield part;
    }
  }

  /** Ends the stream before its end. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #next(most: number): Promise<Buffer | undefined> {
    while (this.#piece.length === 0) {
      const { done, value } = await this.#source.next();
      if (done) return undefined;
      this.#piece = value;
    }
    const part = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(part.length);
    return part;
  }
}

const CUT_OFF = "it is cut off";
