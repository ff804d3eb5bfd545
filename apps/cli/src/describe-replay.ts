import type { ReplayAnswer } from "@betrace/contracts";
import { drawTimeline } from "./timeline.js";

const UNENDED: ReadonlySet<ReplayAnswer["status"]> = new Set(["queued", "running", "paused"]);

/** Whether nothing more will happen to a replay. */
export function hasEnded({ status }: Pick<ReplayAnswer, "status">): boolean {
  return !UNENDED.has(status);
}

/** Whether a replay says of every trace of its range what it is. */
export function isWhole({ status, incomplete_window_count }: ReplayAnswer): boolean {
  return status === "completed" && incomplete_window_count === 0;
}

/** A replay for a person: the headline, the figures, what could not be read, the timeline. */
export function describeReplay(replay: ReplayAnswer): string {
  const rate = replay.duration_seconds > 0 ? replay.traces_evaluated / replay.duration_seconds : 0;
  const unlisted = replay.incomplete_window_count - replay.incomplete_windows.length;
  return [
    headline(replay),
    "",
    `  status            ${replay.status}`,
    `  traces evaluated  ${count(replay.traces_evaluated)}  (in ${replay.duration_seconds.toFixed(2)} s, ${count(Math.round(rate))} traces/s)`,
    `  violations        ${count(replay.violations_found)}`,
    `  first violation   ${replay.first_violation_at ?? "none"}`,
    `  last violation    ${replay.last_violation_at ?? "none"}`,
    ...(replay.unsettled === null
      ? []
      : [`  unsettled         from ${replay.unsettled.start_time}: data this young may still grow in Tempo`]),
    ...replay.incomplete_windows.map(
      (window) => `  incomplete        ${window.start_time} to ${window.end_time}: ${window.reason}`,
    ),
    ...(unlisted > 0 ? [`  incomplete        and ${count(unlisted)} more`] : []),
    "",
    ...drawTimeline(replay, 40, 24).map((line) => `  ${line}`),
  ].join("\n");
}

/** "It never happened" only where everything was read. */
export function headline(replay: ReplayAnswer): string {
  const whole = isWhole(replay);
  const soFar = hasEnded(replay) ? "" : " so far";
  if (replay.first_violation_at !== null) {
    const earlier = whole
      ? ""
      : hasEnded(replay)
        ? ", or earlier: not everything could be read"
        : ", or earlier: it is not over yet";
    return `It started at ${replay.first_violation_at}${earlier}.`;
  }
  if (whole) return "It never happened in this range.";
  return `No violation was found${soFar}, but not everything ${hasEnded(replay) ? "could be read" : "was read yet"}.`;
}

/** What stands behind the bar while a replay runs. */
export function describeProgress(replay: ReplayAnswer): string {
  const decided = replay.traces_evaluated + replay.in_progress.traces;
  return [
    counted(decided, "trace"),
    ...(replay.traces_per_second === null ? [] : [`${count(Math.round(replay.traces_per_second))} traces/s`]),
    counted(replay.violations_found, "violation"),
    ...(replay.eta_seconds === null || replay.eta_seconds === 0 ? [] : [`${duration(replay.eta_seconds)} left`]),
    ...(replay.status === "queued" || replay.status === "paused" ? [replay.status] : []),
  ].join(", ");
}

/** `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}

/** `1 violation`, `12,345 violations`. */
export function counted(value: number, thing: string): string {
  return `${count(value)} ${thing}${value === 1 ? "" : "s"}`;
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}
