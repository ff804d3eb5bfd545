import type { ReplayAnswer } from "@betrace/contracts";
import { api } from "../api/api.js";
import { usePaced } from "../parts/use-settled.js";
import { useResource } from "../resource.js";
import { counted } from "../time/format.js";
import { type Cell, stripCells } from "./strip.js";

const MOST_CELLS = 240;
const REFRESH_MS = 700;
const WORDS = {
  open: "waiting",
  running: "being read",
  done: "read",
  failed: "could not be read",
  mixed: "partly read",
};

/** The range as a strip of shards that fills in as they are read. */
export function Strip({ replay }: { readonly replay: ReplayAnswer }) {
  const { total, done, failed, running } = replay.shards;
  const changed = usePaced(`${total} ${done} ${failed} ${running} ${replay.status}`, REFRESH_MS);
  const shards = useResource((signal) => api.shards(replay.replay_id, signal), [replay.replay_id, changed]);
  const cells = stripCells(shards.data ?? [], replay, MOST_CELLS);
  const parts = [
    `${done} of ${counted(total, "window")} read`,
    ...(running > 0 ? [`${running} being read`] : []),
    ...(failed > 0 ? [`${failed} could not be read`] : []),
  ];
  return (
    <section class="strip-box" aria-label="How far it has read">
      <div class="strip" role="img" aria-label={parts.join(", ")}>
        {cells.map((cell) => (
          <span
            key={cell.from}
            class={`cell cell-${cell.state}`}
            style={{ left: `${cell.from * 100}%`, width: `calc(${(cell.to - cell.from) * 100}% - 1px)` }}
            title={cellTitle(cell)}
          />
        ))}
      </div>
      <p class="strip-words">
        {parts.join(" · ")}
        {replay.in_progress.traces > 0 && ` · ${counted(replay.in_progress.traces, "trace")} in them so far`}
      </p>
    </section>
  );
}

function cellTitle(cell: Cell): string {
  const what = cell.shards === 1 ? WORDS[cell.state] : `${counted(cell.shards, "window")}, ${WORDS[cell.state]}`;
  const found = cell.violations > 0 ? `, ${counted(cell.violations, "violation")}` : "";
  return `${what}${found}${cell.reason === null ? "" : `: ${cell.reason}`}`;
}
