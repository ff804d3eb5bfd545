import type { ReplayStatus } from "../replay.js";
import { type TimeWindow, without } from "./windows.js";

/**
 * The parts of a replay's range in which it decided every trace, for good: none unless it is completed, nothing of an
 * incomplete window, nothing that was too young then to be settled. Where more windows are incomplete than the status
 * lists, none: which parts were read is then not known.
 */
export function readInFull(replay: ReplayStatus): readonly TimeWindow[] {
  if (replay.state !== "completed") return [];
  if (replay.incompleteWindows.length < replay.incompleteWindowCount) return [];
  const unsettled = replay.unsettled === undefined ? [] : [windowOfUnsettled(replay.unsettled)];
  return without(replay, [...replay.incompleteWindows, ...unsettled]);
}

function windowOfUnsettled({ fromNs, untilNs }: NonNullable<ReplayStatus["unsettled"]>): TimeWindow {
  return { startNs: fromNs, endNs: untilNs };
}
