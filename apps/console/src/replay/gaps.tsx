import type { ReplayAnswer } from "@betrace/contracts";
import { Notice } from "../parts/notice.js";
import { counted, span } from "../time/format.js";

const SHOWN = 20;

/** What the answer does not cover, and why: windows that could not be read, and data that may still grow. */
export function Gaps({ replay }: { readonly replay: ReplayAnswer }) {
  const nowMs = Date.now();
  const { incomplete_windows: windows, incomplete_window_count: all, unsettled } = replay;
  return (
    <>
      {all > 0 && (
        <Notice kind="warn" title={`${counted(all, "window")} could not be read in full`}>
          <p>No violation shown there does not mean that there was none. Retry reads these again, and nothing else.</p>
          <ul class="gap-list">
            {windows.slice(0, SHOWN).map((window) => (
              <li key={window.start_time}>
                <span class="gap-when">{span(window.start_time, window.end_time, nowMs)}</span> {window.reason}
              </li>
            ))}
          </ul>
          {all > SHOWN && <p>And {all - SHOWN} more.</p>}
        </Notice>
      )}
      {unsettled !== null && (
        <Notice kind="info" title="The newest part may still grow">
          <p>
            {span(unsettled.start_time, unsettled.end_time, nowMs)} is so young that Tempo may still be taking its
            traces in. Replay it later to be sure of that part.
          </p>
        </Notice>
      )}
    </>
  );
}
