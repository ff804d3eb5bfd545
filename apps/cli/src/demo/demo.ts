import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { formatTimestamp, type ReplayAnswer } from "@betrace/contracts";
import { type ApiClient, createApiClient } from "../api-client.js";
import type { TextStream } from "../io.js";
import { createProgress, type Progress } from "../progress.js";
import type { Stack } from "../stack.js";
import { count, describeReplay } from "../describe-replay.js";
import { type UpOptions, withStack } from "../up.js";
import { sendOtlp } from "./otlp.js";
import { createShopDay, type ShopDay } from "./shop-day.js";
import { waitUntilSearchable } from "./wait-until-searchable.js";

const NS_PER_SECOND = 1_000_000_000n;
const DAY_NS = 24n * 3_600n * NS_PER_SECOND;
const POLL_MS = 100;

/** The quick start's rule. */
const RULE = {
  id: "slow-db-no-retry",
  name: "Slow database query without a retry",
  description: "A query took longer than a second and nothing tried it again.",
  dsl: 'trace.has(span.name == "db.query" and span.duration > 1s) and not trace.has(span.name == "retry")',
  severity: "high",
} as const;

export interface DemoOptions extends UpOptions {
  /** Of the synthetic day. */
  readonly seed: number;
  /** True: stays up after the answer until it is stopped. */
  readonly keep: boolean;
  /** Unix milliseconds at which the day ends. */
  readonly endMs: number;
}

/**
 * `betrace demo`: a day of synthetic traces with an incident in it, one rule, one replay, the answer.
 *
 * @returns true when the answer is complete and equals what was planted in the day.
 */
export async function demo({ io, seed, keep, endMs, ...options }: DemoOptions): Promise<boolean> {
  const { out, err } = io;
  return withStack(io, options, async (stack, stopped) => {
    out.write("\n");
    const endNs = ((BigInt(endMs) * 1_000_000n) / NS_PER_SECOND) * NS_PER_SECOND;
    const day = createShopDay({ seed, startNs: endNs - DAY_NS });
    await writeDay(stack, day, err, stopped);

    const api = createApiClient(stack.apiUrl, { signal: stopped });
    await api.ensureRule(RULE);
    out.write(`\nRule ${RULE.id}:\n  ${RULE.dsl}\n\n`);
    const replay = await replayDay(api, day, err, stopped);
    const right = answersWhatWasPlanted(replay, day);
    out.write(`\n${describeAnswer(replay, day, right)}\n`);
    if (keep) {
      out.write(`\nStill up: ${stack.apiUrl}/v1/rules/${RULE.id}/replay/status\nStop with Ctrl-C.\n`);
      if (!stopped.aborted) await once(stopped, "abort");
    }
    return right;
  });
}

async function writeDay(stack: Stack, day: ShopDay, stream: TextStream, stopped: AbortSignal): Promise<void> {
  const progress = createProgress(stream, "Writing", day.batches.length);
  try {
    for (const [index, batch] of day.batches.entries()) {
      stopped.throwIfAborted();
      await sendOtlp(stack.tempo.otlpUrl, batch, stopped);
      progress.update(index + 1, "a day of shop traces");
    }
    if (!stack.tempo.embedded) await waitUntilSearchable(stack.tempo.url, day, stopped);
    progress.finish(`${count(day.traces)} traces, ${count(day.spans)} spans over 24 h`);
  } catch (error) {
    progress.stop();
    throw error;
  }
}

async function replayDay(
  api: ApiClient,
  day: ShopDay,
  stream: TextStream,
  stopped: AbortSignal,
): Promise<ReplayAnswer> {
  const { replay_id: id } = await api.startReplay(RULE.id, {
    start_time: formatTimestamp(day.startNs),
    end_time: formatTimestamp(day.endNs),
  });
  const progress: Progress = createProgress(stream, "Replaying", day.traces);
  for (;;) {
    const replay = await api.replay(id);
    const decided = replay.traces_evaluated + replay.in_progress.traces;
    const detail = `${count(decided)} traces, ${count(replay.violations_found)} violations`;
    if (replay.status !== "queued" && replay.status !== "running") {
      progress.finish(detail);
      return replay;
    }
    progress.update(decided, detail);
    await sleep(POLL_MS, undefined, { signal: stopped });
  }
}

function answersWhatWasPlanted(replay: ReplayAnswer, day: ShopDay): boolean {
  return (
    replay.status === "completed" &&
    replay.incomplete_window_count === 0 &&
    replay.traces_evaluated === day.traces &&
    replay.violations_found === day.planted.violations &&
    replay.first_violation_at === formatTimestamp(day.planted.firstNs) &&
    replay.last_violation_at === formatTimestamp(day.planted.lastNs)
  );
}

function describeAnswer(replay: ReplayAnswer, day: ShopDay, right: boolean): string {
  const planted = `${count(day.planted.violations)} violations from ${formatTimestamp(day.planted.firstNs)} to ${formatTimestamp(day.planted.lastNs)}`;
  return [
    describeReplay(replay),
    "",
    right
      ? `This is what was planted in the day: ${planted}.`
      : `This is NOT what was planted in the day: ${count(day.traces)} traces, ${planted}.`,
  ].join("\n");
}
