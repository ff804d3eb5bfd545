import type { Span } from "@betrace/contracts";
import type { KeyTrait } from "./traits.js";

interface Wanted {
  readonly key: string;
  readonly requirements: number[];
}

/** Which requirements the spans of a trace meet by having an attribute. */
export class KeyIndex {
  readonly #wanted = { attributes: new Map<string, Wanted>(), resource: new Map<string, Wanted>() };

  get size(): number {
    return this.#wanted.attributes.size + this.#wanted.resource.size;
  }

  add({ scope, key }: KeyTrait, requirement: number): void {
    const known = this.#wanted[scope].get(key);
    if (known === undefined) this.#wanted[scope].set(key, { key, requirements: [requirement] });
    else known.requirements.push(requirement);
  }

  /** Writes a 1 for each requirement that some span meets. */
  mark(spans: readonly Span[], met: Uint8Array): void {
    for (const { key, requirements } of this.#wanted.attributes.values()) {
      for (const span of spans) {
        if (!span.attributes.has(key)) continue;
        for (const requirement of requirements) met[requirement] = 1;
        break;
      }
    }
    for (const { key, requirements } of this.#wanted.resource.values()) {
      for (const span of spans) {
        if (!span.resource.has(key)) continue;
        for (const requirement of requirements) met[requirement] = 1;
        break;
      }
    }
  }
}
