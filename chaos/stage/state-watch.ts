import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

/** A state that was written, as Redis did it. */
export interface StateChange {
  readonly atMs: number;
  readonly replayId: string;
  /** Undefined: of the replay itself. */
  readonly shardId: string | undefined;
  readonly from: string;
  readonly to: string;
}

/** A replay at one moment, as far as its states go. */
export interface Moment {
  readonly atMs: number;
  readonly state: string;
  readonly cancel: boolean;
  readonly running: number;
  /** Whether a shard is failed, or done with parts that could not be read. */
  readonly retryable: boolean;
}

/** Sees every write of a state in the order in which Redis made it, past the code under test: by MONITOR, inside scripts too. */
export interface StateWatch {
  readonly changes: readonly StateChange[];
  /** Every moment of a replay so far, oldest first. */
  moments(replayId: string): readonly Moment[];
  /** Resolves when all that Redis had done when this was called has been seen. */
  caughtUp(): Promise<void>;
  close(): void;
}

interface Known {
  state: string;
  cancel: boolean;
  readonly shards: Map<string, { state: string; holes: boolean }>;
  readonly moments: Moment[];
}

export async function watchStates(url: string, prefix = "betrace:"): Promise<StateWatch> {
  const client = new Redis(url);
  const monitor = connect(Number(new URL(url).port), new URL(url).hostname);
  await once(monitor, "connect");
  monitor.on("error", () => {});
  const changes: StateChange[] = [];
  const replays = new Map<string, Known>();
  const seenMarks = new Set<string>();
  let marks = 0;

  function noteReplay(atMs: number, replayId: string, fields: ReadonlyMap<string, string>): void {
    const known = replays.get(replayId) ?? { state: "", cancel: false, shards: new Map(), moments: [] };
    replays.set(replayId, known);
    const to = fields.get("state");
    if (to !== undefined) {
      if (known.state !== "") changes.push({ atMs, replayId, shardId: undefined, from: known.state, to });
      known.state = to;
    }
    if (fields.has("cancel")) known.cancel = fields.get("cancel") === "1";
    if (to !== undefined || fields.has("cancel")) addMoment(atMs, known);
  }

  function noteShards(atMs: number, replayId: string, shards: ReadonlyMap<string, string>): void {
    const known = replays.get(replayId) ?? { state: "", cancel: false, shards: new Map(), moments: [] };
    replays.set(replayId, known);
    for (const [shardId, json] of shards) {
      const to = /"state":"(\w+)"/.exec(json)?.[1] ?? "?";
      const from = known.shards.get(shardId)?.state;
      if (from !== undefined) changes.push({ atMs, replayId, shardId, from, to });
      known.shards.set(shardId, { state: to, holes: json.includes('"holes":[') });
    }
    if (known.state !== "") addMoment(atMs, known);
  }

  function addMoment(atMs: number, { state, cancel, shards, moments }: Known): void {
    const all = [...shards.values()];
    moments.push({
      atMs,
      state,
      cancel,
      running: all.filter((shard) => shard.state === "running").length,
      retryable: all.some((shard) => shard.state === "failed" || (shard.state === "done" && shard.holes)),
    });
  }

  function noteCommand(atMs: number, [command = "", key = "", ...rest]: readonly string[]): void {
    if (command.toLowerCase() === "echo") seenMarks.add(key);
    if (command !== "HSET" || !key.startsWith(`${prefix}replay:`)) return;
    const [replayId = "", part] = key.slice(`${prefix}replay:`.length).split(":");
    const pairs = new Map<string, string>();
    for (let i = 0; i + 1 < rest.length; i += 2) pairs.set(rest[i] ?? "", rest[i + 1] ?? "");
    if (part === undefined) noteReplay(atMs, replayId, pairs);
    else if (part === "shards") noteShards(atMs, replayId, pairs);
  }

  const lines = createInterface({ input: monitor });
  monitor.write("MONITOR\r\n");
  // `+OK`, then e.g. `+1795527465.086941 [0 lua] "HSET" "key" "field" "value"`.
  lines.on("line", (line) => {
    const [, seconds, words = ""] = /^\+([\d.]+) \[[^\]]*\] (.*)$/.exec(line) ?? [];
    if (seconds !== undefined) noteCommand(Number(seconds) * 1_000, wordsOf(words));
    else seenMarks.add("monitoring");
  });
  while (!seenMarks.has("monitoring")) await sleep(1);

  return {
    changes,
    moments: (replayId) => replays.get(replayId)?.moments ?? [],
    async caughtUp() {
      const mark = `mark-${++marks}`;
      await client.echo(mark);
      while (!seenMarks.delete(mark)) await sleep(1);
    },
    close() {
      lines.close();
      monitor.destroy();
      client.disconnect();
    },
  };
}

/** Words in double quotes with quotes and backslashes escaped; of what else Redis escapes nothing is looked at here. */
function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = ""]) => word.replace(/\\(["\\])/g, "$1"));
}
