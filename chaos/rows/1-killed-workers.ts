import { isDeepStrictEqual } from "node:util";
import { must, type Row } from "../row.js";
import { seeded } from "../seeded.js";
import { CRASH_POINTS, type CrashPoint, spawnWorker } from "../stage/spawn-worker.js";
import { STAGE_LOCK_MS, startStage } from "../stage/stage.js";
import { VIOLATIONS } from "../stage/traces.js";

const LOCK_MS = STAGE_LOCK_MS;
/** BullMQ looks for run-out locks as often as a lock lasts. */
const RECOVERY_MS = 2 * LOCK_MS + 5_000;

/** Deaths are to be survived, and a busy machine is not to count as a Tempo that hangs. */
const PATIENT = { tempo: { requestTimeoutMs: 60_000 }, worker: { shard: { maxCrashes: 50 } } };
/** How long a replay is waited for: what is promised is measured from the last kill, this only ends a run that hangs. */
const WAIT_MS = 180_000;

/** Worker processes that kill themselves with SIGKILL, at every point of a shard's run. */
export const killedWorkers: Row = {
  id: "1",
  title: "workers killed with SIGKILL at any point",
  async run({ seed, scale }) {
    const random = seeded(seed);
    const stage = await startStage();
    const wanted = scale === "short" ? 5 : 200;
    const atOnce = scale === "short" ? 2 : 4;
    const kills = new Map<string, number>(CRASH_POINTS.map((point) => [point, 0]));
    let replays = 0;
    let worstMs = 0;
    try {
      stage.worker(PATIENT);
      const cleanRule = await stage.newRule();
      const cleanId = await stage.submit(cleanRule);
      await stage.until(cleanId, WAIT_MS);
      const clean = await stage.answer(cleanId, cleanRule);
      await stage.stopWorkers();

      let killed = 0;
      while (killed < wanted) {
        const doomed = Array.from({ length: atOnce }, () => {
          // The point that has seen the fewest deaths, so that none is left out; which of its moments, the seed says.
          const point = fewest(kills, random.pick(CRASH_POINTS));
          kills.set(point, (kills.get(point) ?? 0) + 1);
          return {
            point,
            child: spawnWorker(stage, { lockMs: LOCK_MS, maxCrashes: 50, dieAt: { point, nth: 1 + random.below(2) } }),
          };
        });
        await Promise.all(doomed.map(({ child }) => child.ready));
        const rule = await stage.newRule();
        const id = await stage.submit(rule);
        replays++;
        await Promise.all(doomed.map(({ child }) => Promise.race([child.gone, stage.until(id, WAIT_MS)])));
        let lastDeath = 0;
        for (const { child, point } of doomed) {
          const diedAtMs = child.diedAtMs();
          child.kill("SIGKILL");
          must((await child.gone) === "SIGKILL", "a worker ended by itself");
          if (diedAtMs === undefined) {
            // The others left it too little to do to come to its point.
            kills.set(point, (kills.get(point) ?? 0) - 1);
            continue;
          }
          killed++;
          lastDeath = Math.max(lastDeath, diedAtMs);
        }
        const allDied = doomed.every(({ child }) => child.diedAtMs() !== undefined);
        // Nobody worked on while they were dying: a healthy worker now takes over what they held.
        stage.worker(PATIENT);
        await stage.until(id, WAIT_MS);
        if (allDied) worstMs = Math.max(worstMs, Date.now() - lastDeath);
        await stage.stopWorkers();
        const answer = await stage.answer(id, rule);
        must(
          isDeepStrictEqual(answer, clean),
          `replay ${replays}: ${JSON.stringify(answer, digits)} instead of ${JSON.stringify(clean, digits)}`,
        );
      }
      must(
        scale === "short" || [...kills.values()].every((times) => times >= wanted / CRASH_POINTS.length / 2),
        `some point was hardly reached: ${JSON.stringify([...kills])}`,
      );
      must(worstMs > 0 && worstMs <= RECOVERY_MS + 2_000, `recovery took ${worstMs} ms`);
      return [
        `${killed} workers killed in ${replays} replays of 12 shards: lost 0, doubled 0, wrong 0 of ${VIOLATIONS} violations each`,
        `at: ${[...kills].map(([point, times]) => `${point} ${times}`).join(", ")}`,
        `slowest from the last kill to the end of the replay: ${worstMs} ms (lock ${LOCK_MS} ms, bound ${RECOVERY_MS} ms and the run itself)`,
      ];
    } finally {
      await stage.close();
    }
  },
};

function fewest(kills: ReadonlyMap<string, number>, preferred: CrashPoint): CrashPoint {
  const of = (point: CrashPoint) => kills.get(point) ?? 0;
  return CRASH_POINTS.reduce((best, point) => (of(point) < of(best) ? point : best), preferred);
}

function digits(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
