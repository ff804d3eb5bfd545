import type { Log } from "../log.js";
import type { RedisFault } from "./fault.js";

/** Says what Redis does, in few lines however often it is told. */
export interface OutageLog {
  /** Something stands in the way, once more. */
  down(fault: RedisFault): void;
  /** It is over. */
  up(): void;
}

/** The most lines in a minute, whatever Redis does. */
const MAX_LINES_A_MINUTE = 4;
const MINUTE_MS = 60_000;
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;

interface Outage {
  readonly sinceMs: number;
  readonly codes: Set<string>;
  remindAtMs: number;
  pauseMs: number;
}

/**
 * Logs the first time that something is wrong, each further reason once, that it goes on after a minute, three, seven,
 * … and at last every hour, and how long it was when it is over.
 *
 * @param nowMs A clock that never goes back.
 */
export function createOutageLog(log: Log, nowMs: () => number): OutageLog {
  let outage: Outage | undefined;
  let linesAtMs: readonly number[] = [];
  let leftOut = 0;

  function say(level: "info" | "warn", message: string, fields: Readonly<Record<string, unknown>>): void {
    const now = nowMs();
    linesAtMs = linesAtMs.filter((at) => now - at < MINUTE_MS);
    if (linesAtMs.length >= MAX_LINES_A_MINUTE) {
      leftOut += 1;
      return;
    }
    linesAtMs = [...linesAtMs, now];
    log[level](message, { ...fields, ...(leftOut > 0 && { linesLeftOut: leftOut }) });
    leftOut = 0;
  }

  return {
    down({ code, words, said, todo }) {
      const now = nowMs();
      outage ??= { sinceMs: now, codes: new Set(), remindAtMs: now + MINUTE_MS, pauseMs: MINUTE_MS };
      const fields = { code, reason: words, said, todo };
      if (!outage.codes.has(code)) {
        outage.codes.add(code);
        say("warn", "Redis cannot be used", fields);
      } else if (now >= outage.remindAtMs) {
        outage.pauseMs = Math.min(outage.pauseMs * 2, LONGEST_PAUSE_MS);
        outage.remindAtMs = now + outage.pauseMs;
        say("warn", "Redis still cannot be used", { ...fields, seconds: secondsFrom(outage.sinceMs, now) });
      }
    },
    up() {
      if (outage === undefined) return;
      say("info", "Redis can be used again", {
        seconds: secondsFrom(outage.sinceMs, nowMs()),
        codes: [...outage.codes],
      });
      outage = undefined;
    },
  };
}

function secondsFrom(sinceMs: number, nowMs: number): number {
  return Math.round((nowMs - sinceMs) / 100) / 10;
}
