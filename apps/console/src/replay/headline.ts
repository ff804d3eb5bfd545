import type { ReplayAnswer } from "@betrace/contracts";
import { counted, duration, moment } from "../time/format.js";

/** The answer of a replay in words: what a person came for, and how far it can be trusted. */
export interface Headline {
  /** `found`: a moment to begin with. `clear`: everything was read and nothing found. `open`: not known yet, or not in full. */
  readonly kind: "found" | "clear" | "open" | "failed";
  readonly title: string;
  /** One or two sentences below it. */
  readonly detail: string;
}

type Told = Pick<
  ReplayAnswer,
  | "status"
  | "traces_evaluated"
  | "violations_found"
  | "first_violation_at"
  | "last_violation_at"
  | "incomplete_windows"
  | "incomplete_window_count"
  | "progress"
  | "start_time"
  | "end_time"
>;

const OVER: ReadonlySet<ReplayAnswer["status"]> = new Set(["completed", "failed", "cancelled"]);

/** Whether a replay will not change by itself any more. */
export function isOver(replay: Pick<ReplayAnswer, "status">): boolean {
  return OVER.has(replay.status);
}

/**
 * "Nothing found", "nothing to look at" and "not everything could be read" are never said with the same words; and a first
 * violation is called the first only when everything before it was read.
 */
export function headlineOf(replay: Told, nowMs: number): Headline {
  if (replay.first_violation_at !== null) return foundSome(replay, replay.first_violation_at, nowMs);
  const missing = replay.incomplete_window_count;
  const traces = counted(replay.traces_evaluated, "trace");
  switch (replay.status) {
    case "queued":
      return { kind: "open", title: "Waiting for a worker", detail: "It begins as soon as one is free." };
    case "running":
      return {
        kind: "open",
        title: "Nothing found so far",
        detail: `${percent(replay.progress)} of the range is decided.`,
      };
    case "paused":
      return {
        kind: "open",
        title: "Paused, nothing found so far",
        detail: `${percent(replay.progress)} of the range is decided. Resume to read the rest.`,
      };
    case "cancelled":
      return {
        kind: "open",
        title: "Cancelled before it found anything",
        detail: `${traces} were checked; the rest of the range was not read.`,
      };
    case "failed":
      return {
        kind: "failed",
        title: "It could not read the range",
        detail: "This is no answer: the reasons stand below. Retry when they are gone.",
      };
    case "completed":
      if (missing > 0) {
        return {
          kind: "open",
          title: "Nothing found, but not everything was read",
          detail: `${traces} were checked. ${counted(missing, "window")} could not be read in full, and may hide some.`,
        };
      }
      if (replay.traces_evaluated === 0) {
        return {
          kind: "open",
          title: "There are no traces in this range",
          detail: "Nothing was checked. Is the range right, and does Tempo keep traces for so long?",
        };
      }
      return {
        kind: "clear",
        title: "It did not happen in this range",
        detail: `All ${traces} were checked, and none violates the rule.`,
      };
  }
}

function foundSome(replay: Told, firstAt: string, nowMs: number): Headline {
  const first = moment(firstAt, nowMs);
  const earlierMissing = replay.incomplete_windows.filter(
    (window) => Date.parse(window.start_time) < Date.parse(firstAt),
  ).length;
  const counts = `${counted(replay.violations_found, "violation")} in ${counted(replay.traces_evaluated, "trace")}`;
  const detail = `${counts}${until(replay, firstAt, nowMs)}.`;
  if (!isOver(replay)) return { kind: "found", title: `The earliest so far: ${first}`, detail };
  if (replay.status === "cancelled") {
    const cut = "Cancelled: what was not read may hold earlier ones.";
    return { kind: "found", title: `The earliest found: ${first}`, detail: `${detail} ${cut}` };
  }
  if (earlierMissing > 0) {
    const unread = `${counted(earlierMissing, "window")} before it could not be read in full.`;
    return { kind: "found", title: `It started on ${first}, or earlier`, detail: `${detail} ${unread}` };
  }
  return { kind: "found", title: `It started on ${first}`, detail };
}

/** `, over 3 h 18 min, the last on Jan 11 at 17:41:02 UTC` */
function until(replay: Told, firstAt: string, nowMs: number): string {
  const lastAt = replay.last_violation_at;
  if (lastAt === null || replay.violations_found < 2) return "";
  const length = Date.parse(lastAt) - Date.parse(firstAt);
  return `, over ${duration(length)}; the last on ${moment(lastAt, nowMs)}`;
}

/**
 * Whether the first violation lies so near the start of the range that it may have begun before it: within a fiftieth of
 * the range. Then a person should look further back before trusting the headline.
 */
export function mayHaveStartedBefore(replay: Told): boolean {
  if (replay.first_violation_at === null) return false;
  const startMs = Date.parse(replay.start_time);
  return Date.parse(replay.first_violation_at) - startMs < (Date.parse(replay.end_time) - startMs) / 50;
}

function percent(part: number): string {
  return `${Math.floor(part * 100)}%`;
}
