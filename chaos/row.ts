/** One row of the fault table: what is injected, and what must be true all the same. */
export interface Row {
  readonly id: string;
  readonly title: string;
  /** Resolves with the figures, one a line; throws where a promise was broken or no fault was injected. */
  run(how: {
    readonly seed: number;
    readonly scale: "short" | "full";
    readonly minutes?: number | undefined;
  }): Promise<readonly string[]>;
}

/** Throws with `what` unless it holds. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
