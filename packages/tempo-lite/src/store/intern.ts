import { MAX_INTERNED_STRINGS } from "../limits.js";
import type { StoredAttributes, StoredValue } from "./model.js";

/** Keeps equal strings and equal lists of keys once. Past the limit it still answers, without remembering. */
export class Interner {
  readonly #strings = new Map<string, string>();
  readonly #shapes = new Map<string, readonly string[]>();

  string(text: string): string {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    if (this.#strings.size < MAX_INTERNED_STRINGS) this.#strings.set(text, text);
    return text;
  }

  attributes(keys: readonly string[], values: readonly StoredValue[]): StoredAttributes {
    const name = keys.join("\u0000");
    const known = this.#shapes.get(name);
    if (known !== undefined) return { keys: areSame(known, keys) ? known : keys, values };
    if (this.#shapes.size < MAX_INTERNED_STRINGS) this.#shapes.set(name, keys);
    return { keys, values };
  }
}

/** No key at all and one that is empty have one name, as have keys that hold the separator. */
function areSame(known: readonly string[], keys: readonly string[]): boolean {
  return known.length === keys.length && known.every((key, at) => key === keys[at]);
}
