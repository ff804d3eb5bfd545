import type { DryRunAnswer } from "@betrace/contracts";
import { Notice } from "../parts/notice.js";
import { count, counted, duration, span } from "../time/format.js";

/** What a replay would do: how much there is, how long it takes, what is asked of Tempo. */
export function PlanView({ plan }: { readonly plan: DryRunAnswer }) {
  const { estimate, unsettled } = plan;
  return (
    <>
      <dl class="figures">
        <div>
          <dt>Traces, about</dt>
          <dd>{estimate === null ? "–" : count(rounded(estimate.traces))}</dd>
        </div>
        <div>
          <dt>Time to read, about</dt>
          <dd>{estimate === null ? "–" : duration(Math.max(1_000, Math.round(estimate.seconds) * 1_000))}</dd>
        </div>
        <div>
          <dt>Requests to Tempo</dt>
          <dd>{estimate === null ? "–" : `about ${count(rounded(estimate.requests))}`}</dd>
        </div>
        <div>
          <dt>Windows</dt>
          <dd>
            {count(plan.shards.total)} <small>of {duration(plan.shard_seconds * 1_000)}</small>
          </dd>
        </div>
      </dl>
      {plan.estimate_unavailable !== null && (
        <Notice kind="warn" title="There is no estimate">
          <p>{plan.estimate_unavailable}</p>
        </Notice>
      )}
      {unsettled !== null && (
        <Notice kind="info" title="The newest part may still grow">
          <p>
            {span(unsettled.start_time, unsettled.end_time, Date.now())} is so young that Tempo may still be taking
            traces in.
          </p>
        </Notice>
      )}
      {plan.not_pushed_down.length > 0 && (
        <Notice
          kind="info"
          title={`${counted(plan.not_pushed_down.length, "condition")} cannot be asked of Tempo and is decided here`}
        >
          {plan.not_pushed_down.map((item) => (
            <p key={item.predicate}>
              <code>{item.predicate}</code> {item.reason}
            </p>
          ))}
        </Notice>
      )}
      <details class="queries">
        <summary>What is asked of Tempo</summary>
        <dl>
          {plan.candidate_query !== null && (
            <Query name="Traces that can violate the rule" text={plan.candidate_query} />
          )}
          {plan.witness_query !== null && <Query name="Spans that can matter" text={plan.witness_query} />}
          {plan.candidate_query === null && plan.witness_query === null && (
            <Query name="The ids of all traces" text="{}" />
          )}
        </dl>
        {estimate !== null && <p class="muted">{estimate.note}</p>}
      </details>
    </>
  );
}

function Query({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <pre class="code-block">{text}</pre>
      </dd>
    </div>
  );
}

/** A guess is not said to the last digit. */
function rounded(n: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, n))) - 1);
  return Math.round(n / unit) * unit;
}
