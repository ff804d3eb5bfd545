import type { ReplayAnswer } from "@betrace/contracts";
import { useState } from "preact/hooks";
import { api, type ReplayVerb } from "../api/api.js";
import { Icon } from "../parts/icon.js";
import { paths, withQuery } from "../place.js";
import { isOver } from "./headline.js";

/** What can be done to a replay now; nothing is shown that would be refused. */
export function Steering({ replay, onSteered }: { readonly replay: ReplayAnswer; readonly onSteered: () => void }) {
  const [busy, setBusy] = useState<ReplayVerb>();
  const [refused, setRefused] = useState<string>();
  const steer = async (verb: ReplayVerb) => {
    setBusy(verb);
    setRefused(undefined);
    try {
      await api.steerReplay(replay.replay_id, verb);
      onSteered();
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(undefined);
    }
  };
  const over = isOver(replay);
  const canRetry =
    over && replay.status !== "cancelled" && (replay.incomplete_window_count > 0 || replay.shards.failed > 0);
  return (
    <div class="steering">
      {refused !== undefined && (
        <span class="refused" role="alert">
          {refused}
        </span>
      )}
      {!over && replay.status === "paused" && (
        <button type="button" disabled={busy !== undefined} onClick={() => steer("resume")}>
          <Icon name="play" /> Resume
        </button>
      )}
      {!over && replay.status !== "paused" && !replay.cancel_requested && (
        <button type="button" disabled={busy !== undefined} onClick={() => steer("pause")}>
          <Icon name="pause" /> Pause
        </button>
      )}
      {!over && (
        <button
          type="button"
          class="danger"
          disabled={busy !== undefined || replay.cancel_requested}
          onClick={() => steer("cancel")}
        >
          <Icon name="stop" /> {replay.cancel_requested ? "Cancelling" : "Cancel"}
        </button>
      )}
      {canRetry && (
        <button type="button" class="primary" disabled={busy !== undefined} onClick={() => steer("retry")}>
          <Icon name="again" /> Retry what failed
        </button>
      )}
      {over && replay.rules.length === 1 && (
        <a
          class="button"
          href={withQuery(paths.plan(replay.rule_id), { start: replay.start_time, end: replay.end_time })}
        >
          <Icon name="again" /> Replay again
        </a>
      )}
    </div>
  );
}
