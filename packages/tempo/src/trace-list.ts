import { protocolError } from "./client/error.js";

const ID_BYTES = 16;
const ENTRY_BYTES = ID_BYTES + 8;
const FIRST_ENTRIES = 256;

/** What a list of traces says of one of them. */
export interface ListedTrace {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** Unix nanoseconds, below 2^64. */
  readonly startNs: bigint;
  /**
   * Whether only the whole trace says what is in it: its root span has the name of our own spans, or it ends before it starts, so that it
   * may end before the window and no query for spans of the window shows it.
   */
  readonly readWhole: boolean;
}

/** Traces by any means: what a search found. */
export type ListedTraces = Iterable<ListedTrace> & { readonly length: number };

/** Ids and starts in 24 bytes a trace, outside of the heap: as objects they take ten times that, and the collector's time. */
export class TraceList implements Iterable<ListedTrace> {
  #bytes = Buffer.allocUnsafeSlow(FIRST_ENTRIES * ENTRY_BYTES);
  #length = 0;
  /** Hardly any: a set of them takes nothing where there are none. */
  readonly #readWhole = new Set<number>();

  get length(): number {
    return this.#length;
  }

  /** Appends; throws a `protocol` error for an id that is not 32 hex digits. */
  push({ traceId, startNs, readWhole }: ListedTrace): void {
    this.#makeRoom();
    const at = this.#length * ENTRY_BYTES;
    if (traceId.length !== 2 * ID_BYTES || this.#bytes.write(traceId, at, ID_BYTES, "hex") !== ID_BYTES) {
      throw protocolError(`Expected a trace id of up to 32 hex digits, found "${traceId.slice(0, 64)}".`);
    }
    this.#length++;
    this.setStartAt(this.#length - 1, startNs);
    if (readWhole) this.#readWhole.add(this.#length - 1);
  }

  /** Appends an entry of another list. */
  pushFrom(list: TraceList, index: number): void {
    this.#makeRoom();
    const from = index * ENTRY_BYTES;
    list.#bytes.copy(this.#bytes, this.#length * ENTRY_BYTES, from, from + ENTRY_BYTES);
    this.#length++;
    if (list.#readWhole.has(index)) this.#readWhole.add(this.#length - 1);
  }

  #makeRoom(): void {
    if ((this.#length + 1) * ENTRY_BYTES <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(this.#bytes.length * 2);
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }

  idAt(index: number): string {
    const at = index * ENTRY_BYTES;
    return this.#bytes.toString("hex", at, at + ID_BYTES);
  }

  startAt(index: number): bigint {
    return this.#bytes.readBigUInt64LE(index * ENTRY_BYTES + ID_BYTES);
  }

  setStartAt(index: number, startNs: bigint): void {
    this.#bytes.writeBigUInt64LE(startNs, index * ENTRY_BYTES + ID_BYTES);
  }

  readWholeAt(index: number): boolean {
    return this.#readWhole.has(index);
  }

  setReadWholeAt(index: number): void {
    this.#readWhole.add(index);
  }

  /** One of the id's four words. */
  wordAt(index: number, word: 0 | 1 | 2 | 3): number {
    return this.#bytes.readInt32LE(index * ENTRY_BYTES + 4 * word);
  }

  /** Forgets the last entry. */
  pop(): void {
    this.#length--;
    this.#readWhole.delete(this.#length);
  }

  *[Symbol.iterator](): Generator<ListedTrace> {
    for (let index = 0; index < this.#length; index++) {
      yield { traceId: this.idAt(index), startNs: this.startAt(index), readWhole: this.readWholeAt(index) };
    }
  }
}
