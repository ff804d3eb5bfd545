/** One line of a section's table. */
export interface Line {
  readonly what: string;
  /** Each run, milliseconds, in order; empty for a line that is not a time. */
  readonly timesMs: readonly number[];
  /** What stands in the table. */
  readonly figure: string;
  /** Of two medians, where the line is a comparison. */
  readonly ratio?: number;
  readonly bar?: Bar;
}

/** What was promised, and whether this run kept it. */
export interface Bar {
  readonly says: string;
  readonly kept: boolean;
}

export function atMost(ratio: number, most: number): Bar {
  return { says: `≤ ${most}`, kept: ratio <= most };
}

export function atLeast(ratio: number, least: number): Bar {
  return { says: `≥ ${least}`, kept: ratio >= least };
}

/** A group of lines over one corpus. */
export interface Table {
  readonly title: string;
  readonly lines: readonly Line[];
  /** What a reader needs to judge them: plans, sample sizes. */
  readonly notes: readonly string[];
}

export function printTable({ title, lines, notes }: Table): void {
  console.log(`\n${title}`);
  for (const { what, figure, ratio, bar } of lines) {
    const compared =
      ratio === undefined ? "" : `× ${ratio < 10 ? ratio.toFixed(2) : Math.round(ratio).toLocaleString("en-US")}`;
    const verdict = bar === undefined ? "" : `${bar.says}  ${bar.kept ? "kept" : "NOT KEPT"}`;
    console.log(`  ${what.padEnd(58)} ${figure.padStart(14)} ${compared.padStart(10)}   ${verdict}`.trimEnd());
  }
  for (const note of notes) console.log(`  - ${note}`);
}

export function milliseconds(ms: number): string {
  return `${Math.round(ms).toLocaleString("en-US")} ms`;
}
