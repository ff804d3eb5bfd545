import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { parseApiConfig, startApi } from "@betrace/api";
import { parseWorkerConfig, startWorker } from "@betrace/worker";
import { must, type Row } from "../row.js";
import { SILENT, startStage } from "../stage/stage.js";
import { startTcpFaults } from "../stage/tcp-faults.js";

/** Within this the system must be whole again, counted from when packets pass. */
const HEALED_WITHIN_MS = 60_000;
/** A lock of 30 s runs out and is looked for every 15 s, by a look that marks and one that takes; then comes the run. */
const TAKEN_OVER_WITHIN_MS = 75_000;
const REDIS_TIMEOUT_MS = 500;
const QUIET = { ...SILENT, debug: () => {} };

/** The connection to Redis stays open and nothing passes it: of one worker, then of the API. As shipped, with no shortened times. */
export const blackHole: Row = {
  id: "5",
  title: "the connection to Redis turns into a black hole",
  async run() {
    const stage = await startStage();
    const hole = await startTcpFaults(stage.redisChild.port);
    const holed = `redis://127.0.0.1:${hole.port}`;
    const env = { TEMPO_URL: stage.tempo.url, OTEL_EXPORTER_OTLP_ENDPOINT: stage.otlp.url };
    const workers: Awaited<ReturnType<typeof startWorker>>[] = [];
    const worker = async (redisUrl: string) => {
      const one = await startWorker(parseWorkerConfig({ ...env, REDIS_URL: redisUrl, WORKER_PORT: "0" }), {
        log: QUIET,
      });
      workers.push(one);
      return one;
    };
    try {
      const lines: string[] = [];
      const cleanRule = await stage.newRule();
      const cleanId = await stage.submit(cleanRule);
      const cut = await worker(holed);
      await stage.until(cleanId, 60_000);
      const clean = await stage.answer(cleanId, cleanRule);

      stage.tempo.delayMs = 300;
      const rule = await stage.newRule();
      const id = await stage.submit(rule);
      for (;;) {
        const { state, shards } = await stage.replays.status(id);
        if (shards.running >= 4) break;
        must(state !== "completed", "it was over before four shards ran at once");
        await sleep(5);
      }
      hole.blackHole(true);
      const darkAt = Date.now();
      await worker(stage.redisChild.url);
      await stage.until(id, TAKEN_OVER_WITHIN_MS);
      const takenOverMs = Date.now() - darkAt;
      must(isDeepStrictEqual(await stage.answer(id, rule), clean), "taken over, the answer is another");
      hole.heal();
      const healedAt = Date.now();
      while ((await overtaken(cut.port)) === 0) {
        must(Date.now() - healedAt < HEALED_WITHIN_MS, "the worker that was cut off did not come back");
        await sleep(100);
      }
      const backMs = Date.now() - healedAt;
      must(isDeepStrictEqual(await stage.answer(id, rule), clean), "a late write changed the answer");
      must(hole.swallowed() > 0, "nothing was swallowed");
      lines.push(
        `a worker cut off in 4 shards: taken over and exact after ${takenOverMs} ms (lock 30 s); back ${backMs} ms after packets pass; ${await overtaken(cut.port)} late writes rejected; ${hole.swallowed()} bytes swallowed`,
      );

      const config = { ...env, REDIS_URL: holed, REDIS_TIMEOUT: `${REDIS_TIMEOUT_MS}ms`, PORT: "0" };
      const api = await startApi(parseApiConfig(config), { log: QUIET });
      try {
        must((await fetch(`${api.url}/v1/rules`)).status === 200, "the API does not answer");
        hole.blackHole(false);
        const askedAt = Date.now();
        const status = (await fetch(`${api.url}/v1/rules`)).status;
        const refusedMs = Date.now() - askedAt;
        must(status === 503 && refusedMs < REDIS_TIMEOUT_MS + 500, `${status} after ${refusedMs} ms`);
        while ((await fetch(`${api.url}/v1/rules`)).status !== 200) {
          must(Date.now() - askedAt < HEALED_WITHIN_MS, "the API did not come back");
          await sleep(100);
        }
        lines.push(
          `the API: 503 after ${refusedMs} ms, answers again ${Date.now() - askedAt} ms after its connections went dark`,
        );
      } finally {
        await api.close();
      }
      return lines;
    } finally {
      hole.heal();
      await Promise.all(workers.map((one) => one.close()));
      await stage.close();
      await hole.close();
    }
  },
};

async function overtaken(port: number | undefined): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^betrace_worker_shards_overtaken_total (\d+)/m.exec(text)?.[1] ?? 0);
}
