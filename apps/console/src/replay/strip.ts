import type { ShardAnswer } from "@betrace/contracts";

/** How one cell of the strip is drawn. `mixed`: some of its shards are done and others wait. */
export type CellState = "open" | "running" | "done" | "failed" | "mixed";

export interface Cell {
  readonly state: CellState;
  /** Where it lies in the range, 0 to 1. */
  readonly from: number;
  readonly to: number;
  readonly shards: number;
  readonly violations: number;
  readonly reason: string | null;
}

/** A shard that was split is shown by the two that stand in its place. */
type Shown = Pick<ShardAnswer, "start_time" | "end_time" | "status" | "violations_found" | "reason">;

/**
 * The range of a replay as at most `most` cells from its start to its end: one a shard where they fit, several shards a
 * cell otherwise. A failed shard is never hidden behind others.
 */
export function stripCells(
  shards: readonly Shown[],
  range: { readonly start_time: string; readonly end_time: string },
  most: number,
): readonly Cell[] {
  const startMs = Date.parse(range.start_time);
  const lengthMs = Math.max(1, Date.parse(range.end_time) - startMs);
  const place = (iso: string) => Math.min(1, Math.max(0, (Date.parse(iso) - startMs) / lengthMs));
  const shown = shards
    .filter((shard) => shard.status !== "split")
    .sort((a, b) => Date.parse(a.start_time) - Date.parse(b.start_time));
  const perCell = Math.max(1, Math.ceil(shown.length / most));
  const cells: Cell[] = [];
  for (let index = 0; index < shown.length; index += perCell) {
    const group = shown.slice(index, index + perCell);
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) break;
    cells.push({
      state: stateOf(group),
      from: place(first.start_time),
      to: place(last.end_time),
      shards: group.length,
      violations: group.reduce((sum, shard) => sum + shard.violations_found, 0),
      reason: group.find((shard) => shard.status === "failed")?.reason ?? null,
    });
  }
  return cells;
}

function stateOf(group: readonly Shown[]): CellState {
  const any = (status: Shown["status"]) => group.some((shard) => shard.status === status);
  if (any("failed")) return "failed";
  if (any("running")) return "running";
  if (group.every((shard) => shard.status === "done")) return "done";
  return any("done") ? "mixed" : "open";
}
