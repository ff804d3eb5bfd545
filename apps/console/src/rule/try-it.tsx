import type { TryAnswer, TryProgressAnswer, ViolationAnswer } from "@betrace/contracts";
import { useEffect, useRef, useState } from "preact/hooks";
import { hrefWith, queryValue, setQuery } from "../location.js";
import { Icon } from "../parts/icon.js";
import { Failed } from "../parts/load.js";
import { Notice } from "../parts/notice.js";
import { clock, counted, moment, span } from "../time/format.js";
import { inputOf, isoOf } from "../time/range.js";
import { Detail } from "../violations/detail.js";
import { ViolationTable } from "../violations/table.js";
import { tryRule } from "./try-stream.js";

const HOUR_MS = 3_600_000;
const SHOWN = 50;

interface Run {
  readonly state: "running" | "over" | "stopped" | "failed";
  readonly startMs: number;
  readonly endMs: number;
  readonly progress: TryProgressAnswer | undefined;
  readonly matches: readonly ViolationAnswer[];
  readonly answer: TryAnswer | undefined;
  readonly error: Error | undefined;
}

/** What the panel says before anything was tried, by whether the text is a rule; undefined: that is being checked. */
const BEFORE = {
  true: "Runs the rule as it stands above, saved or not; the newest part is read first.",
  false: "The rule has errors; it can be tried once they are gone.",
  undefined: "The rule is being checked.",
};

/** Runs the text as it stands over a short time: nothing is stored, nothing is written to Tempo. */
export function TryIt({ dsl, valid }: { readonly dsl: string; readonly valid: boolean | undefined }) {
  const over = queryValue("try") ?? "15m";
  const [run, setRun] = useState<Run>();
  const aborter = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => aborter.current?.abort(), []);

  const start = async () => {
    aborter.current?.abort();
    const own = new AbortController();
    aborter.current = own;
    const { signal } = own;
    const { startMs, endMs } = rangeToTry(over, Date.now());
    const change = (more: (before: Run) => Partial<Run>) => {
      if (!signal.aborted) setRun((before) => (before === undefined ? before : { ...before, ...more(before) }));
    };
    setQuery({ trace: undefined, span: undefined });
    setRun({ state: "running", startMs, endMs, progress: undefined, matches: [], answer: undefined, error: undefined });
    try {
      const wish = { dsl, start_time: isoOf(startMs), end_time: isoOf(endMs) };
      const answer = await tryRule(
        wish,
        {
          onProgress: (progress) => change(() => ({ progress })),
          onMatch: (match) => change(({ matches }) => ({ matches: [...matches, match].slice(0, SHOWN) })),
        },
        signal,
      );
      change(() => ({ state: "over", answer, progress: answer, matches: answer.matches }));
    } catch (error) {
      change(() => ({ state: "failed", error: error as Error }));
    }
  };
  const stop = () => {
    aborter.current?.abort();
    setRun((before) => (before === undefined ? before : { ...before, state: "stopped" }));
  };

  return (
    <section class="panel" aria-label="Try it">
      <div class="panel-head">
        <h2>Try it</h2>
        <span class="muted try-promise">Nothing is stored, nothing is written to Tempo.</span>
        <TryRange over={over} />
        {run?.state === "running" ? (
          <button type="button" onClick={stop}>
            <Icon name="stop" /> Stop
          </button>
        ) : (
          <button type="button" disabled={valid !== true} onClick={start}>
            <Icon name="play" /> Try
          </button>
        )}
      </div>
      <div class="panel-body try-room">
        {run === undefined ? <p class="muted">{BEFORE[`${valid}`]}</p> : <Outcome run={run} />}
      </div>
    </section>
  );
}

function TryRange({ over }: { readonly over: string }) {
  const hourMs = Date.parse(over);
  const byHour = !Number.isNaN(hourMs);
  return (
    <>
      <label class="hidden" for="try-over">
        Time to try it on
      </label>
      <select
        id="try-over"
        value={byHour ? "hour" : over}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          setQuery({ try: chosen === "hour" ? isoOf(Math.floor(Date.now() / HOUR_MS - 1) * HOUR_MS) : chosen });
        }}
      >
        <option value="15m">the last 15 minutes</option>
        <option value="1h">the last hour</option>
        <option value="hour">the hour from…</option>
      </select>
      {byHour && (
        <>
          <label class="hidden" for="try-hour">
            Start of the hour, UTC
          </label>
          <input
            id="try-hour"
            type="datetime-local"
            value={inputOf(hourMs).slice(0, 16)}
            onChange={(event) => setQuery({ try: `${event.currentTarget.value}:00Z` })}
          />
        </>
      )}
    </>
  );
}

function Outcome({ run }: { readonly run: Run }) {
  const { progress, matches, answer, state } = run;
  const nowMs = Date.now();
  const traceId = queryValue("trace");
  const open = matches.find((match) => match.trace_id === traceId);
  const readFromMs = progress === undefined ? run.endMs : Date.parse(progress.read_from);
  const part = (run.endMs - readFromMs) / Math.max(1, run.endMs - run.startMs);
  const found = progress?.violations_found ?? matches.length;
  const traces = progress?.traces_evaluated ?? 0;
  return (
    <>
      <div class="try-state" role="status">
        <strong>{headline(run, found, traces)}</strong>
        <span class="muted">
          {" "}
          {counted(traces, "trace")} checked, {span(isoOf(readFromMs), isoOf(run.endMs), nowMs)}
        </span>
      </div>
      <div class="try-bar" aria-hidden="true">
        <span style={{ left: `${(1 - part) * 100}%` }} class={state === "running" ? "try-live" : ""} />
      </div>
      {run.error !== undefined && <Failed error={run.error} what="the traces" />}
      {answer?.stopped != null && (
        <Notice kind="info" title={`Read from ${clock(answer.read_from)} UTC on, and not before`}>
          <p>{answer.stopped.detail}</p>
        </Notice>
      )}
      {answer !== undefined && answer.incomplete_windows.length > 0 && (
        <Notice kind="warn" title={`${counted(answer.incomplete_windows.length, "window")} could not be read in full`}>
          {answer.incomplete_windows.map((window) => (
            <p key={window.start_time}>
              {span(window.start_time, window.end_time, nowMs)}: {window.reason}
            </p>
          ))}
        </Notice>
      )}
      {open !== undefined && <Detail key={open.trace_id} traceId={open.trace_id} violation={open} />}
      {matches.length > 0 && (
        <ViolationTable
          items={matches}
          showRule={false}
          compact
          openId={open?.violation_id}
          hrefOf={(match) => hrefWith({ trace: match.trace_id, span: undefined })}
        />
      )}
    </>
  );
}

function headline(run: Run, found: number, traces: number): string {
  if (run.state === "running")
    return found === 0 ? "Reading, nothing found so far." : `Reading, ${counted(found, "match", "matches")} so far.`;
  if (run.state === "stopped") return `Stopped after ${counted(found, "match", "matches")}.`;
  if (run.state === "failed") return "It could not be run to the end.";
  if (found > 0) {
    const first = run.answer?.first_violation_at;
    return `${counted(found, "match", "matches")}${first == null ? "" : `, the earliest on ${moment(first, Date.now())}`}.`;
  }
  if ((run.answer?.incomplete_windows.length ?? 0) > 0) return "Nothing found, but not everything could be read.";
  return traces === 0 ? "There are no traces in this time." : "No match.";
}

/** A chosen hour, or the last so long. */
function rangeToTry(over: string, nowMs: number): { readonly startMs: number; readonly endMs: number } {
  const hourMs = Date.parse(over);
  if (!Number.isNaN(hourMs)) return { startMs: hourMs, endMs: hourMs + HOUR_MS };
  const endMs = Math.floor(nowMs / 1_000) * 1_000;
  return { startMs: endMs - (over === "1h" ? HOUR_MS : HOUR_MS / 4), endMs };
}
