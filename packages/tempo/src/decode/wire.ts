import { protocolError } from "../client/error.js";

/** Protobuf wire types (protobuf.dev/programming-guides/encoding). Groups (3, 4) are not used by Tempo and are refused. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** Node's own slicing methods, which its types leave out: a third faster on short strings than `toString(encoding)`. */
interface SliceableBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
  hexSlice(start: number, end: number): string;
}

const INTERN_SLOTS = 2048;
const INTERN_MAX_BYTES = 64;

/**
 * Reads protobuf from a buffer without copying. Every read is bounded by the enclosing message; anything malformed throws
 * a `protocol` error. Short ASCII strings that repeat (names, keys, services) come from a table instead of being made
 * again: most strings of a search answer are such.
 */
export class WireReader {
  pos = 0;
  /** Halves of the last {@link readVarint64} or {@link readFixed64}, unsigned. */
  lo = 0;
  hi = 0;
  readonly #buffer: SliceableBuffer;
  readonly #interned: (string | undefined)[] = new Array(INTERN_SLOTS);
  readonly #halves = new Uint32Array(2);
  readonly #whole = new BigUint64Array(this.#halves.buffer);
  readonly #signed = new BigInt64Array(this.#halves.buffer);
  readonly #double = new Float64Array(this.#halves.buffer);
  /** Int32 halves are stored low first; a big-endian host would need them swapped. */
  readonly #littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

  constructor(buffer: Buffer) {
    this.#buffer = buffer as SliceableBuffer;
  }

  get length(): number {
    return this.#buffer.length;
  }

  /** The next field's tag, `field << 3 | wire type`. */
  readTag(end: number): number {
    const tag = this.readVarint32(end);
    if (tag >>> 3 === 0) this.fail("field number 0");
    return tag;
  }

  /** A varint whose value fits 32 bits; higher bits are dropped as the protocol says. */
  readVarint32(end: number): number {
    const buffer = this.#buffer;
    const pos = this.pos;
    // Tags and lengths: one or two bytes nearly always, so those are read without the general loop.
    if (pos + 2 <= end) {
      const first = buffer[pos] ?? 0;
      if (first < 0x80) {
        this.pos = pos + 1;
        return first;
      }
      const second = buffer[pos + 1] ?? 0;
      if (second < 0x80) {
        this.pos = pos + 2;
        return (first & 0x7f) | (second << 7);
      }
    }
    this.readVarint64(end);
    return this.lo;
  }

  /** A varint of up to ten bytes into {@link lo} and {@link hi}. */
  readVarint64(end: number): void {
    const buffer = this.#buffer;
    let lo = 0;
    let hi = 0;
    let shift = 0;
    for (;;) {
      if (this.pos >= end) this.fail("a number cut short");
      const byte = buffer[this.pos++] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) lo |= bits << shift;
      else if (shift === 28) {
        lo |= bits << 28;
        hi |= bits >>> 4;
      } else if (shift < 64) hi |= bits << (shift - 32);
      else this.fail("a number of more than ten bytes");
      if (byte < 0x80) break;
      shift += 7;
    }
    this.lo = lo >>> 0;
    this.hi = hi >>> 0;
  }

  /** Eight little-endian bytes into {@link lo} and {@link hi}. */
  readFixed64(end: number): void {
    if (this.pos + 8 > end) this.fail("a fixed64 cut short");
    this.lo = this.#buffer.readUInt32LE(this.pos);
    this.hi = this.#buffer.readUInt32LE(this.pos + 4);
    this.pos += 8;
  }

  /** {@link lo} and {@link hi} as an unsigned integer. */
  unsigned(): bigint {
    this.#store();
    return this.#whole[0] ?? 0n;
  }

  /** {@link lo} and {@link hi} as an int64: a number where it is safe, else a bigint. */
  int64(): number | bigint {
    const hi = this.hi | 0;
    if (hi >= -0x200000 && hi < 0x200000) {
      const value = hi * 4294967296 + this.lo;
      if (value >= Number.MIN_SAFE_INTEGER) return value;
    }
    this.#store();
    return this.#signed[0] ?? 0n;
  }

  /** {@link lo} and {@link hi} as an IEEE 754 double. */
  double(): number {
    this.#store();
    return this.#double[0] ?? 0;
  }

  #store(): void {
    this.#halves[this.#littleEndian ? 0 : 1] = this.lo;
    this.#halves[this.#littleEndian ? 1 : 0] = this.hi;
  }

  /** Reads a length and returns where that many bytes end. */
  readEnd(end: number): number {
    const length = this.readVarint32(end);
    const inner = this.pos + length;
    if (inner > end) this.fail(`a length of ${length} bytes where ${end - this.pos} are left`);
    return inner;
  }

  readString(end: number): string {
    const stop = this.readEnd(end);
    const start = this.pos;
    this.pos = stop;
    const length = stop - start;
    if (length === 0) return "";
    const buffer = this.#buffer;
    if (length > INTERN_MAX_BYTES) return buffer.utf8Slice(start, stop);
    let hash = length;
    let seen = 0;
    for (let i = start; i < stop; i++) {
      const byte = buffer[i] ?? 0;
      seen |= byte;
      hash = (hash * 31 + byte) | 0;
    }
    if (seen >= 0x80) return buffer.utf8Slice(start, stop);
    const slot = (hash ^ (hash >>> 15)) & (INTERN_SLOTS - 1);
    const known = this.#interned[slot];
    if (known !== undefined && known.length === length) {
      let i = 0;
      while (i < length && known.charCodeAt(i) === buffer[start + i]) i++;
      if (i === length) return known;
    }
    const text = buffer.latin1Slice(start, stop);
    this.#interned[slot] = text;
    return text;
  }

  /** An id in hex digits: ASCII that will hardly repeat. */
  readAsciiId(end: number): string {
    const stop = this.readEnd(end);
    const start = this.pos;
    this.pos = stop;
    return this.#buffer.latin1Slice(start, stop);
  }

  /** Steps over a string and says which of `keys` it is, without making a string of it; -1 for none. */
  matchString(keys: readonly Uint8Array[], end: number): number {
    const stop = this.readEnd(end);
    const start = this.pos;
    this.pos = stop;
    const length = stop - start;
    const buffer = this.#buffer;
    next: for (let k = 0; k < keys.length; k++) {
      const key = keys[k];
      if (key === undefined || key.length !== length) continue;
      // From the end: keys of one service differ in their last part.
      for (let i = length - 1; i >= 0; i--) if (key[i] !== buffer[start + i]) continue next;
      return k;
    }
    return -1;
  }

  /** A bytes field as lower-case hex. */
  readHex(end: number): string {
    const stop = this.readEnd(end);
    const start = this.pos;
    this.pos = stop;
    return this.#buffer.hexSlice(start, stop);
  }

  /** Steps over a field that nobody asked for. */
  skip(tag: number, end: number): void {
    switch (tag & 7) {
      case VARINT:
        while (this.pos < end && (this.#buffer[this.pos] ?? 0) >= 0x80) this.pos++;
        this.pos++;
        break;
      case FIXED64:
        this.pos += 8;
        break;
      case BYTES:
        this.pos = this.readEnd(end);
        break;
      case FIXED32:
        this.pos += 4;
        break;
      default:
        this.fail(`wire type ${tag & 7}`);
    }
    if (this.pos > end) this.fail("a field cut short");
  }

  /** Refuses a known field that comes with another wire type than its own. */
  expectType(tag: number, type: number): void {
    if ((tag & 7) !== type) this.fail(`field ${tag >>> 3} with wire type ${tag & 7}, expected ${type}`);
  }

  fail(found: string): never {
    throw protocolError(
      `Malformed protobuf from Tempo: found ${found} near byte ${this.pos} of ${this.#buffer.length}.`,
    );
  }
}
