import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { parseApiConfig, startApi } from "@betrace/api";
import { must, type Row } from "../row.js";
import { SILENT, type Stage, startStage } from "../stage/stage.js";

/** So long would a command wait that Redis does not answer; without Redis none is sent, and nobody waits a part of that. */
const REDIS_TIMEOUT_MS = 30_000;
const AT_ONCE_MS = 10_000;
const QUIET = { ...SILENT, debug: () => {} };

/** redis-server dies by SIGKILL in the middle of a replay, with and without something on its disk. */
export const redisKilled: Row = {
  id: "4",
  title: "redis-server killed and started again",
  async run({ scale }) {
    return [...(await withFile(scale === "short" ? 1 : 5)), ...(await withoutFile())];
  },
};

async function withFile(kills: number): Promise<readonly string[]> {
  const stage = await startStage({ keep: true });
  try {
    const cleanRule = await stage.newRule();
    stage.worker();
    const cleanId = await stage.submit(cleanRule);
    await stage.until(cleanId, 60_000);
    const clean = await stage.answer(cleanId, cleanRule);
    stage.tempo.delayMs = 700;
    let slowestMs = 0;
    let shardsRunAgain = 0;
    for (let n = 0; n < kills; n++) {
      const rule = await stage.newRule();
      const id = await stage.submit(rule);
      await untilDone(stage, id, 1 + (n % 3));
      // What was written in the last second may be lost; what the API acknowledged before that may not.
      await sleep(1_100);
      const { shards } = await stage.replays.status(id);
      must(shards.running > 0, "nothing ran when Redis was killed");
      await stage.redisChild.kill();
      await sleep(300);
      const backAt = Date.now();
      await stage.redisChild.start();
      await stage.until(id, 90_000);
      slowestMs = Math.max(slowestMs, Date.now() - backAt);
      const answer = await stage.answer(id, rule);
      must(
        isDeepStrictEqual(answer, clean),
        `after kill ${n + 1} the answer is another: ${JSON.stringify(answer, digits)}`,
      );
      const { items } = await stage.replays.shards(id, { limit: 100 });
      shardsRunAgain += items.filter((shard) => shard.claims > 1).length;
    }
    return [
      `with an append-only file: ${kills} kills, every answer exact; slowest ${slowestMs} ms from Redis's return to the end; ${shardsRunAgain} shards run again`,
    ];
  } finally {
    await stage.close();
  }
}

async function withoutFile(): Promise<readonly string[]> {
  const stage = await startStage();
  const env = {
    REDIS_URL: stage.redisChild.url,
    TEMPO_URL: stage.tempo.url,
    REDIS_TIMEOUT: `${REDIS_TIMEOUT_MS}ms`,
    PORT: "0",
  };
  const api = await startApi(parseApiConfig(env), { log: QUIET });
  try {
    stage.tempo.delayMs = 400;
    stage.worker();
    const rule = await stage.newRule();
    const id = await stage.submit(rule);
    await untilDone(stage, id, 2);
    await stage.redisChild.kill();
    const askedAt = Date.now();
    const during = await fetch(`${api.url}/v1/replays/${id}`);
    const refusedMs = Date.now() - askedAt;
    must(during.status === 503 && refusedMs < AT_ONCE_MS, `${during.status} after ${refusedMs} ms without Redis`);
    await stage.redisChild.start();
    let after = await fetch(`${api.url}/v1/replays/${id}`);
    while (after.status === 503) {
      must(Date.now() - askedAt < 60_000, "the API did not come back");
      await sleep(50);
      after = await fetch(`${api.url}/v1/replays/${id}`);
    }
    const problem = (await after.json()) as { readonly code?: string };
    must(
      after.status === 404 && problem.code === "replay_not_found",
      `a lost replay is ${after.status} ${problem.code}`,
    );
    // The workers that still ran its shards must not bring half of it back to life.
    await sleep(2_500);
    const left = await stage.redis.keys(`betrace:replay:${id}*`);
    must(left.length === 0, `workers wrote ${left} for a replay that is gone`);
    const again = await stage.newRule().then((next) => stage.submit(next));
    const status = await stage.until(again, 60_000);
    must(status.state === "completed", "a new replay does not run");
    return [
      `without a file: 503 after ${refusedMs} ms while it is down; the lost replay is 404 replay_not_found; a new one runs`,
    ];
  } finally {
    await api.close();
    await stage.close();
  }
}

async function untilDone(stage: Stage, id: string, shards: number): Promise<void> {
  while ((await stage.replays.status(id)).shards.done < shards) await sleep(5);
}

function digits(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
