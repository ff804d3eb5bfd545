import type { ReplayAnswer } from "@betrace/contracts";
import { api } from "../api/api.js";
import { Load } from "../parts/load.js";
import { usePaced } from "../parts/use-settled.js";
import { paths, withQuery } from "../place.js";
import { useResource } from "../resource.js";
import { ViolationTable } from "../violations/table.js";
import { foundIn } from "./found-in.js";
import { isOver } from "./headline.js";

const REFRESH_MS = 1_500;

/** The violations that the replay found, as it finds them. */
export function Found({ replay }: { readonly replay: ReplayAnswer }) {
  const changed = usePaced(`${replay.violations_found} ${replay.status}`, REFRESH_MS);
  const found = useResource((signal) => api.violationsOfReplay(replay.replay_id, signal), [replay.replay_id, changed]);
  const all = withQuery(paths.violations, { ...foundIn(replay), order: "oldest" });
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>Violations found</h2>
        {replay.violations_found > 0 && <a href={all}>All of them in order</a>}
      </div>
      <Load of={found} what="the violations" lines={4}>
        {(page) =>
          page.items.length === 0 ? (
            <p class="empty-box">{isOver(replay) ? "It found none." : "None so far."}</p>
          ) : (
            <ViolationTable
              items={page.items}
              showRule={replay.rules.length > 1}
              hrefOf={(violation) =>
                withQuery(paths.violations, {
                  ...foundIn(replay),
                  rule: violation.rule_id,
                  trace: violation.trace_id,
                })
              }
            />
          )
        }
      </Load>
    </section>
  );
}
