import { setTimeout as sleep } from "node:timers/promises";
import { formatTimestamp, type ReplayAnswer } from "@betrace/contracts";
import type { Range } from "./range.js";

/** Often enough to lose little of a second, rarely enough that answering it does not take the processor from Tempo. */
const POLL_MS = 25;

/** What a replay must find; anything else is not worth timing. */
export interface RightAnswer {
  readonly traces: number;
  /** By rule id. */
  readonly violations: Readonly<Record<string, number>>;
  /** When the first of them happened, of all rules; undefined: not checked. */
  readonly firstNs?: bigint | undefined;
}

export interface ReplayOptions {
  readonly range: Range;
  readonly right: RightAnswer;
  /** Writes violation spans; default false. */
  readonly emit?: boolean;
  readonly shardSeconds?: number;
}

export interface TimedReplay {
  /** From the POST until a poll sees `completed`. */
  readonly ms: number;
  /** Until the POST was answered: the plan is made. */
  readonly acceptedMs: number;
  readonly shards: number;
}

/** Saves a rule. */
export async function saveRule(apiUrl: string, id: string, dsl: string): Promise<void> {
  await post(`${apiUrl}/v1/rules`, { id, name: id, dsl });
}

/** Replays the rules of the right answer together, once. Throws on any other answer than the right one. */
export async function timeReplay(apiUrl: string, options: ReplayOptions): Promise<TimedReplay> {
  const { range, right } = options;
  const begun = performance.now();
  const accepted = await post(`${apiUrl}/v1/replays`, {
    rule_ids: Object.keys(right.violations),
    start_time: new Date(range.startSeconds * 1_000).toISOString(),
    end_time: new Date(range.endSeconds * 1_000).toISOString(),
    emit: options.emit ?? false,
    ...(options.shardSeconds === undefined ? {} : { shard_seconds: options.shardSeconds }),
  });
  const acceptedMs = performance.now() - begun;
  for (;;) {
    const answer = await fetch(`${apiUrl}/v1/replays/${String(accepted.replay_id)}`);
    const replay = (await answer.json()) as ReplayAnswer;
    const ms = performance.now() - begun;
    if (replay.status !== "queued" && replay.status !== "running") {
      check(replay, right);
      return { ms, acceptedMs, shards: replay.shards.total };
    }
    await sleep(POLL_MS);
  }
}

function check(replay: ReplayAnswer, right: RightAnswer): void {
  const found = Object.fromEntries(replay.rules.map((rule) => [rule.rule_id, rule.violations_found]));
  const wrong = Object.entries(right.violations).filter(([id, violations]) => found[id] !== violations);
  const first = right.firstNs === undefined ? replay.first_violation_at : formatTimestamp(right.firstNs);
  if (
    replay.status !== "completed" ||
    replay.incomplete_window_count > 0 ||
    replay.traces_evaluated !== right.traces ||
    wrong.length > 0 ||
    replay.first_violation_at !== first
  ) {
    throw new Error(
      `a wrong answer is not worth timing: expected ${right.traces} traces, first violation ${first}, and ` +
        `${wrong.map(([id, violations]) => `${id}: ${violations}`).join(", ")}; found ${JSON.stringify(replay)}`,
    );
  }
}

async function post(url: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  const parsed = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${JSON.stringify(parsed).slice(0, 500)}`);
  return parsed;
}
