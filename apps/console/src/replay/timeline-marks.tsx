import type { ReplayAnswer } from "@betrace/contracts";
import { clock, span } from "../time/format.js";

/** What lies over the bars: the first and the last violation, and the parts of the range that are no answer. */
export function TimelineMarks({ replay }: { readonly replay: ReplayAnswer }) {
  const nowMs = Date.now();
  const startMs = Date.parse(replay.start_time);
  const lengthMs = Math.max(1, Date.parse(replay.end_time) - startMs);
  const place = (iso: string) => Math.min(1, Math.max(0, (Date.parse(iso) - startMs) / lengthMs)) * 100;
  const band = (window: { start_time: string; end_time: string }) => ({
    left: `${place(window.start_time)}%`,
    width: `max(3px, ${place(window.end_time) - place(window.start_time)}%)`,
  });
  const { first_violation_at: first, last_violation_at: last } = replay;
  const apart = first !== null && last !== null && place(last) - place(first) > 0.2;
  // Labels of marks that lie close together stand on their outer sides.
  const close = first !== null && last !== null && place(last) - place(first) < 16;
  return (
    <>
      {replay.unsettled !== null && (
        <div
          class="band band-unsettled"
          style={band(replay.unsettled)}
          title={`May still grow: ${span(replay.unsettled.start_time, replay.unsettled.end_time, nowMs)}`}
        />
      )}
      {replay.incomplete_windows.map((window) => (
        <div
          key={window.start_time}
          class="band band-incomplete"
          style={band(window)}
          title={`Not read in full, ${span(window.start_time, window.end_time, nowMs)}: ${window.reason}`}
        />
      ))}
      {first !== null && (
        <div class={`mark ${close || place(first) > 85 ? "mark-left" : ""}`} style={{ left: `${place(first)}%` }}>
          <span>first {clock(first)}</span>
        </div>
      )}
      {last !== null && apart && (
        <div class={`mark ${!close && place(last) > 85 ? "mark-left" : ""}`} style={{ left: `${place(last)}%` }}>
          <span>last {clock(last)}</span>
        </div>
      )}
    </>
  );
}
