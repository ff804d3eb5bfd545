import type { ReplayAnswer } from "@betrace/contracts";

const BLOCKS = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"] as const;

/**
 * Violations over time as bars, a line each, at most `maxLines` of them (neighbouring buckets are added up), with the
 * first and the last bucket that holds any marked.
 *
 * @param width Characters for the longest bar.
 */
export function drawTimeline(buckets: ReplayAnswer["buckets"], width: number, maxLines: number): string[] {
  const perLine = Math.max(1, Math.ceil(buckets.length / maxLines));
  const rows: { readonly label: string; readonly count: number }[] = [];
  for (let first = 0; first < buckets.length; first += perLine) {
    const group = buckets.slice(first, first + perLine);
    const [head] = group;
    if (head === undefined) continue;
    rows.push({
      label: `${head.start_time.slice(5, 10)} ${head.start_time.slice(11, 16)}`,
      count: group.reduce((sum, bucket) => sum + bucket.violations, 0),
    });
  }
  const most = Math.max(...rows.map((row) => row.count), 0);
  const firstHit = rows.findIndex((row) => row.count > 0);
  const lastHit = rows.findLastIndex((row) => row.count > 0);
  return rows.map((row, index) => {
    const mark = index === firstHit ? "  ← first" : index === lastHit ? "  ← last" : "";
    return `${row.label} │${bar(row.count, most, width)}${row.count > 0 ? ` ${row.count}` : ""}${mark}`;
  });
}

/** Any violation at all draws something; the length is in eighths of a character. */
function bar(count: number, most: number, width: number): string {
  if (count === 0 || most === 0) return "";
  const eighths = Math.max(1, Math.round((count / most) * width * 8));
  return "█".repeat(Math.floor(eighths / 8)) + (eighths % 8 === 0 ? "" : (BLOCKS[(eighths % 8) - 1] ?? ""));
}
