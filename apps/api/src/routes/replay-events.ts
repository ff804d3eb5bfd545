import type { Writable } from "node:stream";
import { ReplayError } from "@betrace/replay";
import type { ApiDeps } from "../deps.js";
import { createEventStream, EVENT_STREAM_TYPE } from "../events/event-stream.js";
import { createReplayFeeds, type Watchable } from "../events/replay-feeds.js";
import { ProblemError } from "../http/problem-error.js";
import { type Route, route } from "../http/route.js";
import { LIMITS } from "../limits.js";
import { replayToAnswer } from "./replay-answer.js";

/**
 * Ends the ids of events after which more will come: whoever comes back with one has not heard the end yet. With any
 * other id a client of an ended replay has, and 204 is what makes an `EventSource` stop (html.spec.whatwg.org,
 * "Server-sent events").
 */
const GOES_ON = "-open";

/** A replay as it goes on, as server-sent events. */
export interface ReplayEvents {
  readonly routes: readonly Route[];
  /** Ends every stream; their clients come back by themselves, elsewhere. */
  close(): void;
}

export function replayEvents(
  { replays, health, log }: Pick<ApiDeps, "replays" | "health" | "log">,
  maxStreams: number,
): ReplayEvents {
  let open = 0;
  const isGone = (error: unknown) => error instanceof ReplayError && error.code === "replay_not_found";
  const feeds = createReplayFeeds({
    read: async (replayId) => replayToAnswer(await replays.status(replayId)),
    everyMs: LIMITS.eventPollMs,
    isGone,
    onError: (replayId, error) => {
      if (!health.note(error)) log.warn("a watched replay could not be read", { replayId, error });
    },
  });
  const events = route(
    {
      method: "get",
      path: "/v1/replays/{id}/events",
      name: "replayEvents",
      summary:
        "A replay as it goes on: `snapshot` with all of it first, `update` with the fields that changed (at most two a second), `end` with all of it when it is over. Reconnecting begins again with a snapshot; 204 tells an `EventSource` that heard the end to stop (`Last-Event-ID`).",
      answers: { 200: "text/event-stream", 204: undefined },
      problems: ["replay_not_found", "too_many_streams", "redis_unavailable"],
    },
    async ({ params: { id = "" }, lastEventId }) => {
      if (open >= maxStreams) {
        const detail = `this process serves ${maxStreams} event streams already; poll GET /v1/replays/${id} instead, or try again`;
        throw new ProblemError("too_many_streams", detail, { headers: { "Retry-After": "5" } });
      }
      // Taken in the same step as it was found free, and before anything is read: others ask meanwhile.
      open += 1;
      const giveBack = () => {
        open -= 1;
      };
      const replay = await feeds.open(id).catch((error: unknown) => {
        giveBack();
        throw error;
      });
      if (replay.ended && lastEventId && !lastEventId.endsWith(GOES_ON)) {
        giveBack();
        return { status: 204 };
      }
      const pipe = (to: Writable) => {
        if (to.destroyed) return giveBack();
        to.once("close", giveBack);
        tell(replay, to);
      };
      return { status: 200, headers: { "X-Accel-Buffering": "no" }, stream: { type: EVENT_STREAM_TYPE, pipe } };
    },
  );
  return { routes: [events], close: () => feeds.close() };
}

/** Writes what happens to a replay until it is over or its reader has left. */
function tell(replay: Watchable, to: Writable): void {
  const stream = createEventStream(to, {
    heartbeatMs: LIMITS.eventHeartbeatMs,
    maxBacklogBytes: LIMITS.maxStreamBacklogBytes,
    reconnectMs: 2_000,
  });
  const stop = replay.watch({
    snapshot: (json, ended) => stream.send("snapshot", json, ended ? "" : GOES_ON),
    update: (json) => stream.send("update", json, GOES_ON),
    end: (json) => {
      stream.send("end", json);
      stream.end();
    },
    close: () => stream.end(),
  });
  to.once("close", stop);
}
