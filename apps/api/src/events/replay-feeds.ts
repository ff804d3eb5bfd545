import type { ReplayAnswer } from "@betrace/contracts";

/** What a watcher of a replay is told, in this order: `snapshot` once, any number of `update`s, `end` once. */
export interface Watcher {
  snapshot(replay: ReplayAnswer): void;
  /** The fields that are different now. */
  update(changes: Partial<ReplayAnswer>): void;
  /** The replay is over; nothing follows. */
  end(replay: ReplayAnswer): void;
  /** The process stops or the replay is no longer kept: nothing follows. */
  close(): void;
}

export interface ReplayFeedsOptions {
  readonly read: (replayId: string) => Promise<ReplayAnswer>;
  readonly everyMs: number;
  /** Told of a read that failed; the next one is tried all the same. */
  readonly onError: (replayId: string, error: unknown) => void;
  /** Whether a failed read says that there is no such replay any more. */
  readonly isGone: (error: unknown) => boolean;
}

/** Replays that somebody watches. However many watch one, it is read by one poller; nobody watching, by none. */
export interface ReplayFeeds {
  /** Tells a snapshot before it resolves; throws what the first read throws. Returns how to stop watching. */
  watch(replayId: string, watcher: Watcher): Promise<() => void>;
  readonly watchers: number;
  /** Closes every watcher. */
  close(): void;
}

interface Feed {
  readonly watchers: Set<Watcher>;
  last: ReplayAnswer | undefined;
  timer: NodeJS.Timeout | undefined;
}

const ENDED: ReadonlySet<ReplayAnswer["status"]> = new Set(["completed", "failed", "cancelled"]);

/** Whether a replay has said its last word; `retry` may give it another. */
export function hasEnded(status: ReplayAnswer["status"]): boolean {
  return ENDED.has(status);
}

/** These move with the clock alone; they go out with what has changed, and are no change themselves. */
const CLOCKWORK: ReadonlySet<string> = new Set(["duration_seconds", "traces_per_second", "eta_seconds"]);

export function createReplayFeeds({ read, everyMs, onError, isGone }: ReplayFeedsOptions): ReplayFeeds {
  const feeds = new Map<string, Feed>();
  let closed = false;

  function drop(replayId: string, feed: Feed): void {
    clearTimeout(feed.timer);
    if (feeds.get(replayId) === feed) feeds.delete(replayId);
  }

  /** Tells every watcher what is new; the last word where the replay is over. */
  function publish(replayId: string, feed: Feed, replay: ReplayAnswer): void {
    const changes = feed.last === undefined ? undefined : changed(feed.last, replay);
    feed.last = replay;
    const over = hasEnded(replay.status);
    for (const watcher of feed.watchers) {
      if (over) watcher.end(replay);
      else if (changes !== undefined) watcher.update(changes);
    }
    if (!over) return;
    feed.watchers.clear();
    drop(replayId, feed);
  }

  function poll(replayId: string, feed: Feed): void {
    feed.timer = setTimeout(async () => {
      try {
        publish(replayId, feed, await read(replayId));
      } catch (error) {
        onError(replayId, error);
        if (isGone(error)) {
          for (const watcher of feed.watchers) watcher.close();
          feed.watchers.clear();
        }
      }
      if (feed.watchers.size > 0 && !closed) poll(replayId, feed);
      else drop(replayId, feed);
    }, everyMs);
  }

  return {
    async watch(replayId, watcher) {
      const replay = await read(replayId);
      watcher.snapshot(replay);
      if (closed) watcher.close();
      else if (hasEnded(replay.status)) watcher.end(replay);
      if (closed || hasEnded(replay.status)) return () => {};
      let feed = feeds.get(replayId);
      if (feed === undefined) {
        feed = { watchers: new Set(), last: undefined, timer: undefined };
        feeds.set(replayId, feed);
        poll(replayId, feed);
      }
      const watched = feed;
      // Those who watch already hear of it too, so that the next update means the same to all.
      publish(replayId, watched, replay);
      watched.watchers.add(watcher);
      return () => {
        watched.watchers.delete(watcher);
        if (watched.watchers.size === 0) drop(replayId, watched);
      };
    },
    get watchers() {
      return [...feeds.values()].reduce((sum, feed) => sum + feed.watchers.size, 0);
    },
    close() {
      closed = true;
      for (const [replayId, feed] of feeds) {
        for (const watcher of feed.watchers) watcher.close();
        drop(replayId, feed);
      }
    },
  };
}

function changed(before: ReplayAnswer, after: ReplayAnswer): Partial<ReplayAnswer> | undefined {
  const fields = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof ReplayAnswer]),
  );
  return fields.some(([name]) => !CLOCKWORK.has(name))
    ? (Object.fromEntries(fields) as Partial<ReplayAnswer>)
    : undefined;
}
