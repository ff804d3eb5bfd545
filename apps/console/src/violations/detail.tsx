import type { ViolationAnswer } from "@betrace/contracts";
import { api } from "../api/api.js";
import { hrefWith } from "../location.js";
import { Icon } from "../parts/icon.js";
import { Severity } from "../parts/labels.js";
import { Load } from "../parts/load.js";
import { paths } from "../place.js";
import { useResource } from "../resource.js";
import { counted, moment } from "../time/format.js";
import { grafanaLink } from "./grafana-link.js";
import { Waterfall } from "./waterfall.js";

/** One violation: what was seen, and the trace it was seen in. `violation` is undefined for a trace opened on its own, and without a replay where an unsaved rule was tried. */
export function Detail({
  traceId,
  violation,
}: {
  readonly traceId: string;
  readonly violation: ViolationAnswer | undefined;
}) {
  const trace = useResource((signal) => api.trace(traceId, signal), [traceId]);
  const settings = useResource(api.console, []);
  const grafana = grafanaLink(settings.data, traceId);
  return (
    <section class="panel detail" aria-label="The trace">
      <div class="panel-head">
        <h2>
          {violation === undefined ? "Trace" : moment(violation.start_time, Date.now())} <code>{traceId}</code>
        </h2>
        {grafana !== undefined && (
          <a class="button" href={grafana} target="_blank" rel="noreferrer">
            Open in Grafana <Icon name="out" />
          </a>
        )}
        <a
          class="button quiet icon-button"
          href={hrefWith({ trace: undefined, span: undefined })}
          aria-label="Close the trace"
        >
          <Icon name="close" />
        </a>
      </div>
      <div class="panel-body detail-room">
        {violation !== undefined && (
          <p class="row-sub">
            {violation.replay_id !== "" && (
              <>
                <Severity of={violation.severity} />
                <a href={paths.rule(violation.rule_id)}>
                  {violation.rule_name} v{violation.rule_version}
                </a>
              </>
            )}
            <span>
              {violation.clause === "expression" ? "the rule is true" : `the clause “${violation.clause}” broke`}:{" "}
              {counted(violation.witness_count, "witness span")}
              {violation.witness_count > violation.witness_span_ids.length &&
                `, the first ${violation.witness_span_ids.length} marked`}
            </span>
            {violation.replay_id !== "" && <a href={paths.replay(violation.replay_id)}>found by this replay</a>}
          </p>
        )}
        <Load of={trace} what="the trace from Tempo" lines={7}>
          {(shown) => <Waterfall trace={shown} witnesses={violation} />}
        </Load>
      </div>
    </section>
  );
}
