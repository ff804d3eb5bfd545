import { useMemo, useState } from "preact/hooks";
import "../style/replay.css";
import { api, type ReplayWish } from "../api/api.js";
import { go, queryValue, setQuery } from "../location.js";
import { Icon } from "../parts/icon.js";
import { Severity } from "../parts/labels.js";
import { Failed, Load } from "../parts/load.js";
import { useSettled } from "../parts/use-settled.js";
import { useTitle } from "../parts/use-title.js";
import { paths } from "../place.js";
import { PlanView } from "../plan/plan-view.js";
import { RangeForm } from "../plan/range-form.js";
import { useResource } from "../resource.js";
import { duration, span } from "../time/format.js";
import { isoOf, rangeOf } from "../time/range.js";

const SHARD_LENGTHS = [
  { seconds: "300", label: "5 min" },
  { seconds: "900", label: "15 min" },
  { seconds: "3600", label: "1 h" },
  { seconds: "21600", label: "6 h" },
  { seconds: "86400", label: "24 h" },
] as const;

/** Picks the range of a replay, shows what it would do, and starts it. */
export function PlanPage({ ruleId }: { readonly ruleId: string }) {
  const rule = useResource((signal) => api.rule(ruleId, signal), [ruleId]);
  useTitle(`Replay ${rule.data?.name ?? ruleId}`);
  const words = {
    last: queryValue("last"),
    since: queryValue("since"),
    start: queryValue("start"),
    end: queryValue("end"),
  };
  const emit = queryValue("emit") !== "no";
  const shard = queryValue("shard");
  // "Now" is the moment of the choice: a plan that moved on its own could never be read.
  const range = useMemo(() => rangeOf(words, Date.now()), [words.last, words.since, words.start, words.end]);
  const wish: ReplayWish | undefined =
    typeof range === "string"
      ? undefined
      : {
          start_time: isoOf(range.startMs),
          end_time: isoOf(range.endMs),
          ...(emit ? {} : { emit }),
          ...(shard === undefined ? {} : { shard_seconds: Number(shard) }),
        };
  const asked = useSettled(JSON.stringify(wish ?? null), 300);
  const plan = useResource(
    (signal) => {
      const settled = JSON.parse(asked) as ReplayWish | null;
      return settled === null ? undefined : api.plan(ruleId, settled, signal);
    },
    [ruleId, asked],
  );
  const [starting, setStarting] = useState(false);
  const [refused, setRefused] = useState<Error>();
  const start = async () => {
    if (wish === undefined) return;
    setStarting(true);
    setRefused(undefined);
    try {
      const { replay_id } = await api.startReplay(ruleId, wish);
      go(paths.replay(replay_id));
    } catch (error) {
      setRefused(error as Error);
      setStarting(false);
    }
  };
  return (
    <div class="page">
      <div class="page-head">
        <h1>Replay {rule.data?.name ?? "a rule"}</h1>
      </div>
      <Load of={rule} what="the rule" lines={2}>
        {(shown) => (
          <div class="plan-rule">
            <span class="row-sub">
              <Severity of={shown.severity} />
              <a href={paths.rule(shown.id)}>version {shown.version}</a>
              {!shown.enabled && <span class="pill quiet">disabled: it takes no new replays</span>}
            </span>
            <pre class="code-block">{shown.dsl}</pre>
          </div>
        )}
      </Load>
      <section class="panel">
        <div class="panel-head">
          <h2>Over which time?</h2>
          {typeof range !== "string" && (
            <span class="muted">
              {span(isoOf(range.startMs), isoOf(range.endMs), Date.now())} ({duration(range.endMs - range.startMs)})
            </span>
          )}
        </div>
        <div class="panel-body">
          <RangeForm words={words} range={range} />
          <div class="plan-options">
            <label class="check">
              <input
                type="checkbox"
                checked={emit}
                onChange={(event) => setQuery({ emit: event.currentTarget.checked ? undefined : "no" })}
              />
              Write violations to Tempo as spans
            </label>
            <div class="inline-field">
              <label for="shard-length">Length of a window</label>
              <select
                id="shard-length"
                value={shard ?? ""}
                onChange={(event) => setQuery({ shard: event.currentTarget.value })}
              >
                <option value="">chosen from the range</option>
                {SHARD_LENGTHS.map(({ seconds, label }) => (
                  <option key={seconds} value={seconds}>
                    {label}
                  </option>
                ))}
              </select>
            </div>
          </div>
        </div>
      </section>
      <section class="panel">
        <div class="panel-head">
          <h2>What it would do</h2>
          <button
            type="button"
            class="primary"
            disabled={wish === undefined || starting || rule.data?.enabled === false}
            onClick={start}
          >
            <Icon name="play" /> {starting ? "Starting" : "Start the replay"}
          </button>
        </div>
        <div class="panel-body plan-room">
          {refused !== undefined && <Failed error={refused} what="the start" />}
          {wish === undefined ? (
            <p class="muted">Say a range first.</p>
          ) : (
            <Load of={plan} what="a few narrow windows, to estimate from" lines={5}>
              {(shown) => <PlanView plan={shown} />}
            </Load>
          )}
        </div>
      </section>
    </div>
  );
}
