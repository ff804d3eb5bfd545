/** One line of a result: what was measured, the figure, and its time as a multiple of the baseline's in the same run. */
export interface Row {
  readonly what: string;
  readonly figure: string;
  readonly ratio: number;
}

export function timeMs(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("the median of nothing");
  return middle;
}

export function printTable(title: string, rows: readonly Row[]): void {
  console.log(`\n${title}`);
  for (const row of rows) {
    console.log(`  ${row.what.padEnd(52)} ${row.figure.padStart(28)}   × ${row.ratio.toFixed(2)}`);
  }
}
