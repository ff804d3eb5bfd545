import type { Span } from "@betrace/contracts";
import type { TextField, TextTrait } from "./traits.js";

/** Texts remembered at a time. A store with ever new span names costs time, not memory. */
const MAX_REMEMBERED = 4_096;

const READ: Readonly<Record<TextField, (span: Span) => string | undefined>> = {
  name: (span) => span.name,
  service: (span) => span.service,
  status: (span) => span.status,
};

/** Which requirements a span meets by one of its texts. What a text meets is found out once, so a pattern costs no more than a name. */
export class TextIndex {
  readonly #read: (span: Span) => string | undefined;
  readonly #wanted: { readonly trait: TextTrait; readonly requirement: number }[] = [];
  readonly #metBy = new Map<string, readonly number[]>();

  constructor(field: TextField) {
    this.#read = READ[field];
  }

  get size(): number {
    return this.#wanted.length;
  }

  /** Before the first {@link mark}. */
  add(trait: TextTrait, requirement: number): void {
    this.#wanted.push({ trait, requirement });
  }

  /** Writes a 1 for each requirement that some span meets. */
  mark(spans: readonly Span[], met: Uint8Array): void {
    for (const span of spans) {
      const text = this.#read(span);
      if (text === undefined) continue;
      const requirements = this.#metBy.get(text) ?? this.#find(text);
      for (let i = 0; i < requirements.length; i++) met[requirements[i] as number] = 1;
    }
  }

  #find(text: string): readonly number[] {
    const found = this.#wanted.filter(({ trait }) => trait.holds(text)).map(({ requirement }) => requirement);
    if (this.#metBy.size === MAX_REMEMBERED) this.#metBy.clear();
    this.#metBy.set(text, found);
    return found;
  }
}
