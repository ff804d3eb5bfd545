import type { ReplayAnswer } from "@betrace/contracts";
import "../style/replay.css";
import { Failed, Loading } from "../parts/load.js";
import { useLazy } from "../parts/use-lazy.js";
import { useTitle } from "../parts/use-title.js";
import { paths, withQuery } from "../place.js";
import { Buckets } from "../replay/buckets.js";
import { Found } from "../replay/found.js";
import { foundIn } from "../replay/found-in.js";
import { Gaps } from "../replay/gaps.js";
import { headlineOf, isOver, mayHaveStartedBefore } from "../replay/headline.js";
import type { Slice } from "../replay/slices.js";
import { Steering } from "../replay/steering.js";
import { Strip } from "../replay/strip-view.js";
import { useReplay } from "../replay/use-replay.js";
import { Status } from "../parts/labels.js";
import { Notice } from "../parts/notice.js";
import { count, duration, span } from "../time/format.js";
import { isoOf } from "../time/range.js";

const loadTimeline = () => import("../replay/timeline.js").then((module) => module.Timeline);

/** One replay as it goes on, and its answer. */
export function ReplayPage({ replayId }: { readonly replayId: string }) {
  const { replay, error, live, listen } = useReplay(replayId);
  useTitle(replay === undefined ? "Replay" : headlineOf(replay, Date.now()).title);
  if (replay === undefined) {
    return (
      <div class="page">
        {error === undefined ? <Loading what="the replay" lines={9} /> : <Failed error={error} what="the replay" />}
      </div>
    );
  }
  return <Answer replay={replay} live={live} onSteered={listen} />;
}

function Answer(props: { readonly replay: ReplayAnswer; readonly live: boolean; readonly onSteered: () => void }) {
  const { replay, live, onSteered } = props;
  const nowMs = Date.now();
  const headline = headlineOf(replay, nowMs);
  const Timeline = useLazy(loadTimeline);
  const lengthMs = Date.parse(replay.end_time) - Date.parse(replay.start_time);
  const hrefOf = (slice: Slice) => withQuery(paths.violations, foundIn(replay, slice));
  return (
    <div class="page replay">
      <div class="page-head">
        <p class="trail">
          {replay.rules.map((rule) => (
            <a key={rule.rule_id} href={paths.rule(rule.rule_id)}>
              {rule.rule_name} <span class="muted">v{rule.rule_version}</span>
            </a>
          ))}
          <span class="muted">{span(replay.start_time, replay.end_time, nowMs)}</span>
        </p>
        <Steering replay={replay} onSteered={onSteered} />
      </div>
      <section class={`hero hero-${headline.kind}`} aria-live="polite">
        <Status of={replay.status} incomplete={replay.incomplete_window_count} cancelling={replay.cancel_requested} />
        <h1>{headline.title}</h1>
        <p>{headline.detail}</p>
        {mayHaveStartedBefore(replay) && isOver(replay) && (
          <p>
            That is the very start of this range: it may have begun before.{" "}
            <a
              href={withQuery(paths.plan(replay.rule_id), {
                start: isoOf(Date.parse(replay.start_time) - lengthMs),
                end: replay.start_time,
              })}
            >
              Look further back
            </a>
          </p>
        )}
      </section>
      {!live && !isOver(replay) && (
        <Notice kind="warn" title="The connection is interrupted">
          <p>The figures may be some seconds old. The replay itself goes on.</p>
        </Notice>
      )}
      {replay.held_up !== null && !isOver(replay) && (
        <Notice kind="warn" title="Something holds it up">
          <p>{replay.held_up}</p>
        </Notice>
      )}
      <dl class="figures">
        <Figure
          name="Traces checked"
          value={count(replay.traces_evaluated + (isOver(replay) ? 0 : replay.in_progress.traces))}
        />
        <Figure name="Violations" value={count(replay.violations_found)} />
        <Figure
          name="Traces per second"
          value={replay.traces_per_second === null ? "–" : count(Math.round(replay.traces_per_second))}
        />
        {isOver(replay) ? (
          <Figure name="Took" value={duration(replay.duration_seconds * 1_000)} />
        ) : (
          <Figure
            name="Time left"
            value={
              replay.eta_seconds === null
                ? "–"
                : `about ${duration(Math.max(1, Math.round(replay.eta_seconds)) * 1_000)}`
            }
          />
        )}
      </dl>
      <section class="panel">
        <div class="panel-head">
          <h2>Violations over time</h2>
          <span class="legend">
            <span class="key key-bar" /> violations
            {replay.incomplete_window_count > 0 && (
              <>
                <span class="key key-incomplete" /> not read in full
              </>
            )}
            {replay.unsettled !== null && (
              <>
                <span class="key key-unsettled" /> may still grow
              </>
            )}
          </span>
        </div>
        <div class="panel-body">
          <div class="timeline-room">{Timeline !== undefined && <Timeline replay={replay} hrefOf={hrefOf} />}</div>
          <Strip replay={replay} />
          <Buckets replay={replay} hrefOf={hrefOf} />
        </div>
      </section>
      <Gaps replay={replay} />
      <Found replay={replay} />
    </div>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
