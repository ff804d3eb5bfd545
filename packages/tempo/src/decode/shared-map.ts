import type { AttributeValue } from "@betrace/contracts";

type Entries = ReadonlyMap<string, AttributeValue>;

/** Values remembered for one key: more of them than this, and they will hardly repeat. */
const MAX_VALUES = 256;

/**
 * A map that is handed out to every span with the same entries instead of being made again. For resources: the spans of
 * an answer come from few processes, and a map of its own is a good part of a span's memory.
 */
export class SharedMap {
  readonly entries: Entries;
  #next: Map<string, Map<string, SharedMap>> | undefined;

  constructor(entries: Entries = new Map()) {
    this.entries = entries;
  }

  /** These entries and one more. Only texts are shared: of numbers, 0 and -0 would be taken for one. */
  with(key: string, value: AttributeValue): SharedMap {
    if (typeof value !== "string") return this.#extended(key, value);
    this.#next ??= new Map();
    let byValue = this.#next.get(key);
    if (byValue === undefined) {
      byValue = new Map();
      this.#next.set(key, byValue);
    }
    let found = byValue.get(value);
    if (found === undefined) {
      if (byValue.size === MAX_VALUES) byValue.clear();
      found = this.#extended(key, value);
      byValue.set(value, found);
    }
    return found;
  }

  #extended(key: string, value: AttributeValue): SharedMap {
    return new SharedMap(new Map([...this.entries, [key, value]]));
  }
}
