import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { must, type Row } from "../row.js";
import { startStage } from "../stage/stage.js";

/** Nobody is silent here but for a busy machine, which is not to be taken for a crash. All workers of a queue must agree on it. */
const PATIENT = { worker: { lockMs: 15_000 } };

/** No worker at all for a while, and all of them replaced one after the other while shards run. */
export const noWorkers: Row = {
  id: "3",
  title: "all workers gone, and a rolling restart of all",
  async run({ scale }) {
    const stage = await startStage();
    try {
      stage.tempo.delayMs = 60;
      const cleanRule = await stage.newRule();
      const cleanId = await stage.submit(cleanRule, { shardSeconds: 60 });
      stage.worker(PATIENT);
      await stage.until(cleanId, 60_000);
      const clean = await stage.answer(cleanId, cleanRule);
      await stage.stopWorkers();

      const goneMs = scale === "short" ? 2_000 : 60_000;
      const rule = await stage.newRule();
      const id = await stage.submit(rule, { shardSeconds: 60 });
      const leaving = stage.worker(PATIENT);
      while ((await stage.replays.status(id)).shards.done < 3) await sleep(5);
      await leaving.close();
      const before = await stage.replays.status(id);
      must(before.state === "running" && before.shards.running === 0, "shards are said to run without a worker");
      await sleep(goneMs);
      const idle = await stage.replays.status(id);
      must(idle.shards.done === before.shards.done, "shards were done by nobody");
      stage.worker(PATIENT);
      await stage.until(id, 60_000);
      must(
        isDeepStrictEqual(await stage.answer(id, rule), clean),
        "after a while without workers the answer is another",
      );
      await stage.stopWorkers();

      const rolling = await stage.newRule();
      const rollingId = await stage.submit(rolling, { shardSeconds: 60 });
      let old = [stage.worker(PATIENT), stage.worker(PATIENT), stage.worker(PATIENT)];
      let restarts = 0;
      let slowestMs = 0;
      while ((await stage.replays.status(rollingId)).state !== "completed" && restarts < 60) {
        const [oldest, ...others] = old;
        const startedAt = Date.now();
        await oldest?.close();
        slowestMs = Math.max(slowestMs, Date.now() - startedAt);
        restarts++;
        old = [...others, stage.worker(PATIENT)];
        await sleep(50);
      }
      const ended = await stage.until(rollingId, 60_000);
      must(
        isDeepStrictEqual(await stage.answer(rollingId, rolling), clean),
        `after ${restarts} restarts the answer is another`,
      );
      const { items } = await stage.replays.shards(rollingId, { limit: 100 });
      const crashes = items.reduce((sum, shard) => sum + shard.crashes, 0);
      must(restarts > 2 && crashes === 0, `${crashes} shards were taken for crashed in ${restarts} clean restarts`);
      return [
        `no worker for ${goneMs} ms: ${before.shards.done} of ${before.shards.total} shards done before, all after, answer exact`,
        `${restarts} workers restarted one by one under ${ended.shards.total} shards: exact, 0 counted as crashes; slowest stop ${slowestMs} ms`,
      ];
    } finally {
      await stage.close();
    }
  },
};
