import type { ReplayAnswer } from "@betrace/contracts";

/**
 * What a watcher of a replay is told, in this order: `snapshot` once, any number of `update`s, `end` once. All as JSON,
 * written once for all.
 */
export interface Watcher {
  snapshot(replay: string, ended: boolean): void;
  /** The fields that are different now. */
  update(changes: string): void;
  /** The replay is over; nothing follows. */
  end(replay: string): void;
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

/** A replay that can be watched. */
export interface Watchable {
  readonly ended: boolean;
  /**
   * Tells a snapshot at once; returns how to stop watching. Called in the turn of the event loop in which `open`
   * resolved.
   */
  watch(watcher: Watcher): () => void;
}

/**
 * Replays that somebody watches. However many watch one, it is read by one poller; nobody watching, by none. Who comes
 * later begins with what the others were told last, so that a thousand newcomers cost one read, and nothing to those
 * who are there.
 */
export interface ReplayFeeds {
  /**
   * Throws what the read throws that this one waits for: the first of this replay, or the next after one that failed.
   */
  open(replayId: string): Promise<Watchable>;
  /** Closes every watcher. */
  close(): void;
}

interface Feed {
  readonly replayId: string;
  readonly watchers: Set<Watcher>;
  /** The newest read, also while it goes on; undefined once it has failed. */
  newest: Promise<Told> | undefined;
  told: Told | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** A replay as it was read. */
interface Told {
  readonly ended: boolean;
  /** Field → its JSON. */
  readonly fields: ReadonlyMap<string, string>;
  readonly whole: string;
}

const ENDED: ReadonlySet<ReplayAnswer["status"]> = new Set(["completed", "failed", "cancelled"]);

/** These move with the clock alone; they go out with what has changed, and are no change themselves. */
const CLOCKWORK: ReadonlySet<string> = new Set(["duration_seconds", "traces_per_second", "eta_seconds"]);

export function createReplayFeeds({ read, everyMs, onError, isGone }: ReplayFeedsOptions): ReplayFeeds {
  const feeds = new Map<string, Feed>();
  let closed = false;

  function begin(replayId: string): Feed {
    const feed: Feed = { replayId, watchers: new Set(), newest: undefined, told: undefined, timer: undefined };
    feeds.set(replayId, feed);
    renew(feed).then(
      () => poll(feed),
      () => drop(feed),
    );
    return feed;
  }

  function drop(feed: Feed): void {
    clearTimeout(feed.timer);
    if (feeds.get(feed.replayId) === feed) feeds.delete(feed.replayId);
  }

  /** One read for all who ask while it goes on. */
  function renew(feed: Feed): Promise<Told> {
    const reading = read(feed.replayId).then(
      (replay) => publish(feed, replay),
      (error: unknown) => {
        feed.newest = undefined;
        throw error;
      },
    );
    feed.newest = reading;
    return reading;
  }

  /** Tells every watcher what is new; the last word where the replay is over. */
  function publish(feed: Feed, replay: ReplayAnswer): Told {
    const now = toTold(replay);
    const changes = feed.told === undefined ? undefined : changed(feed.told, now);
    feed.told = now;
    for (const watcher of feed.watchers) {
      if (now.ended) watcher.end(now.whole);
      else if (changes !== undefined) watcher.update(changes);
    }
    if (now.ended) {
      feed.watchers.clear();
      drop(feed);
    }
    return now;
  }

  function poll(feed: Feed): void {
    if (closed || feeds.get(feed.replayId) !== feed) return;
    feed.timer = setTimeout(async () => {
      if (feed.watchers.size === 0) return drop(feed);
      try {
        await renew(feed);
      } catch (error) {
        onError(feed.replayId, error);
        if (isGone(error)) {
          for (const watcher of feed.watchers) watcher.close();
          return drop(feed);
        }
      }
      poll(feed);
    }, everyMs);
  }

  function watch(feed: Feed, told: Told, watcher: Watcher): () => void {
    watcher.snapshot(told.whole, told.ended);
    if (told.ended) watcher.end(told.whole);
    else if (closed || feeds.get(feed.replayId) !== feed) watcher.close();
    else feed.watchers.add(watcher);
    return () => void feed.watchers.delete(watcher);
  }

  return {
    async open(replayId) {
      const feed = feeds.get(replayId) ?? begin(replayId);
      const told = await (feed.newest ?? renew(feed));
      // What the others were told last, so that the next update means the same to all.
      return { ended: told.ended, watch: (watcher) => watch(feed, feed.told ?? told, watcher) };
    },
    close() {
      closed = true;
      for (const feed of feeds.values()) {
        for (const watcher of feed.watchers) watcher.close();
        drop(feed);
      }
    },
  };
}

function toTold(replay: ReplayAnswer): Told {
  const fields = new Map(Object.entries(replay).map(([name, value]) => [name, JSON.stringify(value)]));
  return { ended: ENDED.has(replay.status), fields, whole: toObject([...fields]) };
}

function toObject(fields: readonly (readonly [string, string])[]): string {
  return `{${fields.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}

function changed(before: Told, after: Told): string | undefined {
  const fields = [...after.fields].filter(([name, json]) => json !== before.fields.get(name));
  return fields.some(([name]) => !CLOCKWORK.has(name)) ? toObject(fields) : undefined;
}
