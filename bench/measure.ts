/** One line of a result: what was measured, the figure, and, of a time, its multiple of the baseline's in the same run. */
export interface Row {
  readonly what: string;
  readonly figure: string;
  readonly ratio?: number;
}

/** CPU time of this process, its garbage collector's threads included: others on the machine hardly change it. */
export function cpuMs(work: () => unknown): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000;
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
    const ratio = row.ratio === undefined ? "" : `   × ${row.ratio.toFixed(2)}`;
    console.log(`  ${row.what.padEnd(52)} ${row.figure.padStart(28)}${ratio}`);
  }
}
