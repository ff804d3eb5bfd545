import type { AttributeValue, Span } from "@betrace/contracts";
import { BYTES_PER_SPAN } from "./limits.js";
import { TooDense } from "./too-dense.js";

/**
 * The memory that one part of a scan has for spans, those of answers that are still coming in included. In spans of
 * {@link BYTES_PER_SPAN}: one with long texts counts for several.
 */
export class SpanRoom {
  readonly max: number;
  #held = 0;

  constructor(max: number) {
    this.max = max;
  }

  get free(): number {
    return this.max - this.#held;
  }

  /** Throws {@link TooDense} where there is no room for so many more; they count all the same. */
  take(spans: number): void {
    this.#held += spans;
    if (this.#held > this.max) throw this.overfull();
  }

  give(spans: number): void {
    this.#held -= spans;
  }

  overfull(): TooDense {
    return new TooDense("spans", `more than ${this.max} spans`);
  }
}

/** What decoded spans count for. */
export function weightOf(spans: readonly Span[]): number {
  let bytes = 0;
  for (const { name, statusMessage, attributes } of spans) {
    bytes += name.length + statusMessage.length;
    for (const value of attributes.values()) bytes += bytesOf(value);
  }
  return Math.max(spans.length, Math.ceil(bytes / BYTES_PER_SPAN));
}

function bytesOf(value: AttributeValue): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  return value.reduce<number>((sum, one) => sum + (typeof one === "string" ? one.length : 8), 0);
}
