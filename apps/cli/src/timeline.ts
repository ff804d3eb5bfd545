import type { ReplayAnswer } from "@betrace/contracts";

const BLOCKS = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"] as const;

/**
 * Violations over time as bars, a line each, at most `maxLines` of them (neighbouring buckets are added up), with the
 * first and the last line that holds any marked.
 *
 * @param width Characters for the longest bar.
 */
export function drawTimeline(
  { buckets, bucket_grid: grid }: Pick<ReplayAnswer, "buckets" | "bucket_grid">,
  width: number,
  maxLines: number,
): string[] {
  const perLine = Math.max(1, Math.ceil(grid.count / maxLines));
  const beginsMs = Date.parse(grid.start_time);
  const lineMs = perLine * grid.seconds * 1_000;
  const rows = Array.from({ length: Math.ceil(grid.count / perLine) }, (_, line) => {
    const at = new Date(beginsMs + line * lineMs).toISOString();
    return { label: `${at.slice(5, 10)} ${at.slice(11, 16)}`, count: 0 };
  });
  for (const bucket of buckets) {
    const row = rows[Math.floor((Date.parse(bucket.start_time) - beginsMs) / lineMs)];
    if (row !== undefined) row.count += bucket.violations;
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
