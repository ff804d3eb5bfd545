import { randomInt } from "node:crypto";
import { type ListedTrace, TraceList } from "./trace-list.js";

const FIRST_SLOTS = 512;
const EMPTY = -1;

/** The start of each of many traces, by trace id: a map in about 35 bytes a trace, outside of the heap. */
export class TraceTable implements Iterable<ListedTrace> {
  readonly #list = new TraceList();
  /** Places in the list, by open addressing; at most half of them taken. */
  #slots = new Int32Array(FIRST_SLOTS).fill(EMPTY);
  #deleted = new Set<number>();
  /** Trace ids come from outside: whoever chooses them must not choose where they fall. */
  readonly #seed = randomInt(2 ** 32) | 1;

  get size(): number {
    return this.#list.length - this.#deleted.size;
  }

  /** Remembers an entry of a list, or an earlier start of a trace that is known; true where it was not known. */
  noteEarliest(from: TraceList, index: number): boolean {
    this.#list.pushFrom(from, index);
    const added = this.#list.length - 1;
    const slot = this.#slotOf(added);
    const known = this.#slots[slot] ?? EMPTY;
    if (known === EMPTY) {
      this.#slots[slot] = added;
      if (this.#list.length * 2 > this.#slots.length) this.#grow();
      return true;
    }
    this.#list.pop();
    const isNew = this.#deleted.delete(known);
    const startNs = from.startAt(index);
    if (isNew || startNs < this.#list.startAt(known)) this.#list.setStartAt(known, startNs);
    if (from.readWholeAt(index)) this.#list.setReadWholeAt(known);
    return isNew;
  }

  has(traceId: string): boolean {
    return this.#indexOf(traceId) !== EMPTY;
  }

  get(traceId: string): bigint | undefined {
    const index = this.#indexOf(traceId);
    return index === EMPTY ? undefined : this.#list.startAt(index);
  }

  delete(traceId: string): void {
    const index = this.#indexOf(traceId);
    if (index !== EMPTY) this.#deleted.add(index);
  }

  deleteBefore(startNs: bigint): void {
    for (let index = 0; index < this.#list.length; index++) {
      if (this.#list.startAt(index) < startNs) this.#deleted.add(index);
    }
  }

  *keys(): Generator<string> {
    for (const { traceId } of this) yield traceId;
  }

  *[Symbol.iterator](): Generator<ListedTrace> {
    for (let index = 0; index < this.#list.length; index++) {
      if (this.#deleted.has(index)) continue;
      yield {
        traceId: this.#list.idAt(index),
        startNs: this.#list.startAt(index),
        readWhole: this.#list.readWholeAt(index),
      };
    }
  }

  #indexOf(traceId: string): number {
    // The id is compared in the form in which the list holds it.
    this.#list.push({ traceId, startNs: 0n, readWhole: false });
    const index = this.#slots[this.#slotOf(this.#list.length - 1)] ?? EMPTY;
    this.#list.pop();
    return index !== EMPTY && this.#deleted.has(index) ? EMPTY : index;
  }

  /** Where the trace of this entry stands, or would. */
  #slotOf(asked: number): number {
    let slot = this.#hashAt(asked);
    for (;;) {
      const index = this.#slots[slot] ?? EMPTY;
      if (index === EMPTY || sameId(this.#list, index, asked)) return slot;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
  }

  #hashAt(index: number): number {
    let hash = this.#seed;
    for (const word of WORDS) {
      hash = Math.imul(hash ^ this.#list.wordAt(index, word), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash & (this.#slots.length - 1);
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    for (let index = 0; index < this.#list.length; index++) {
      let slot = this.#hashAt(index);
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = index;
    }
  }
}

const WORDS = [0, 1, 2, 3] as const;

const sameId = (list: TraceList, a: number, b: number): boolean =>
  WORDS.every((word) => list.wordAt(a, word) === list.wordAt(b, word));
