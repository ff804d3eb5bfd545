import type { ReplayAnswer } from "@betrace/contracts";
import { useEffect, useState } from "preact/hooks";
import { api } from "../api/api.js";
import { call } from "../api/call.js";

const RETRY_MS = 3_000;

/** A replay as it goes on. */
export interface LiveReplay {
  readonly replay: ReplayAnswer | undefined;
  readonly error: Error | undefined;
  /** False while the events have stopped and the figures may be old; the browser tries again by itself. */
  readonly live: boolean;
  /** Listens anew: for after `retry`, which makes an ended replay run again. */
  listen(): void;
}

/** Follows a replay by its server-sent events until it is over. */
export function useReplay(id: string): LiveReplay {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<Omit<LiveReplay, "listen">>({ replay: undefined, error: undefined, live: true });
  useEffect(() => {
    let retry: ReturnType<typeof setTimeout> | undefined;
    const source = new EventSource(api.eventsOf(id));
    const all = (event: MessageEvent<string>) => {
      setState({ replay: JSON.parse(event.data) as ReplayAnswer, error: undefined, live: true });
    };
    source.addEventListener("snapshot", all);
    source.addEventListener("update", (event: MessageEvent<string>) => {
      const changes = JSON.parse(event.data) as Partial<ReplayAnswer>;
      setState(({ replay }) => ({
        replay: replay === undefined ? undefined : { ...replay, ...changes },
        error: undefined,
        live: true,
      }));
    });
    source.addEventListener("end", (event: MessageEvent<string>) => {
      all(event);
      source.close();
    });
    source.addEventListener("error", () => {
      setState((before) => ({ ...before, live: false }));
      if (source.readyState !== EventSource.CLOSED) return;
      // Refused for good, e.g. no such replay, or too many listeners: a plain read says which, and may serve as well.
      call<ReplayAnswer>("GET", `/v1/replays/${encodeURIComponent(id)}`).then(
        (replay) => {
          setState({ replay, error: undefined, live: false });
          retry = setTimeout(() => setTurn((n) => n + 1), RETRY_MS);
        },
        (error: Error) => setState((before) => ({ ...before, error, live: false })),
      );
    });
    return () => {
      clearTimeout(retry);
      source.close();
    };
  }, [id, turn]);
  return { ...state, listen: () => setTurn((n) => n + 1) };
}
