import { useState } from "preact/hooks";
import "../style/replay.css";
import { api } from "../api/api.js";
import { Status } from "../parts/labels.js";
import { Load } from "../parts/load.js";
import { SparkLine } from "../parts/spark-line.js";
import { useTitle } from "../parts/use-title.js";
import { paths } from "../place.js";
import { headlineOf } from "../replay/headline.js";
import { useResource } from "../resource.js";
import { ago, span } from "../time/format.js";

/** All replays, newest first, each with its answer in words. */
export function ReplaysPage() {
  useTitle("Replays");
  const [cursors, setCursors] = useState<readonly (string | undefined)[]>([undefined]);
  const replays = useResource(
    async (signal) => {
      const pages = await Promise.all(
        cursors.map((cursor) => api.replays(cursor === undefined ? {} : { cursor }, signal)),
      );
      return { items: pages.flatMap((page) => page.items), next: pages.at(-1)?.next_cursor ?? null };
    },
    [cursors],
  );
  const nowMs = Date.now();
  return (
    <div class="page">
      <div class="page-head">
        <h1>Replays</h1>
      </div>
      <Load of={replays} what="the replays" lines={8}>
        {({ items, next }) =>
          items.length === 0 ? (
            <div class="panel empty-box">
              <strong>Nothing was replayed yet</strong>
              <p>
                Choose a <a href={paths.home}>rule</a>, and the time to replay it over.
              </p>
            </div>
          ) : (
            <>
              <ul class="rows">
                {items.map((replay) => (
                  <li key={replay.replay_id} class="row replay-row">
                    <div class="rule-what">
                      <a class="row-title" href={paths.replay(replay.replay_id)}>
                        {headlineOf(replay, nowMs).title}
                      </a>
                      <span class="row-sub">
                        {replay.rules.map((rule) => rule.rule_name).join(", ")} ·{" "}
                        {span(replay.start_time, replay.end_time, nowMs)}
                      </span>
                    </div>
                    <SparkLine of={replay} />
                    <span class="row-sub replay-row-end">
                      <Status
                        of={replay.status}
                        incomplete={replay.incomplete_window_count}
                        cancelling={replay.cancel_requested}
                      />
                      <span>{ago(replay.created_at, nowMs)}</span>
                    </span>
                  </li>
                ))}
              </ul>
              {next !== null && (
                <button type="button" onClick={() => setCursors([...cursors, next])}>
                  Older replays
                </button>
              )}
            </>
          )
        }
      </Load>
    </div>
  );
}
