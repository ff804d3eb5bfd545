import { must, type Row } from "../row.js";
import { spawnWorker } from "../stage/spawn-worker.js";
import { STAGE_LOCK_MS, startStage } from "../stage/stage.js";
import { RANGE_START_NS, SHARD_SECONDS, TRACES, VIOLATIONS, violates } from "../stage/traces.js";

const MAX_CRASHES = 3;
const POISONED_SHARD = 4;
const SHARDS = 12;

/** One shard takes down whoever runs it, every time. */
export const poison: Row = {
  id: "2",
  title: "a shard that kills its worker every time",
  async run() {
    const stage = await startStage();
    try {
      const rule = await stage.newRule();
      const id = await stage.submit(rule);
      const onlyStartNs = String(RANGE_START_NS + BigInt(POISONED_SHARD * SHARD_SECONDS) * 1_000_000_000n);
      let killed = 0;
      let over = false;
      const ended = stage.until(id, 90_000).finally(() => {
        over = true;
      });
      while (!over) {
        const child = spawnWorker(stage, {
          lockMs: STAGE_LOCK_MS,
          maxCrashes: MAX_CRASHES,
          dieAt: { point: "in the scan", nth: 1, onlyStartNs },
        });
        await Promise.race([child.gone, ended]);
        if (child.diedAtMs() !== undefined) killed++;
        child.kill("SIGKILL");
        await child.gone;
      }
      const status = await ended;
      const perShard = TRACES / SHARDS;
      const inside = Array.from({ length: perShard }, (_, n) => POISONED_SHARD * perShard + n).filter(violates).length;
      must(killed === MAX_CRASHES, `${killed} workers died, ${MAX_CRASHES} may`);
      must(status.state === "completed" && status.shards.failed === 1, `it is ${status.state}`);
      must(status.tracesEvaluated === TRACES - perShard, `${status.tracesEvaluated} traces`);
      must(status.violationsFound === VIOLATIONS - inside, `${status.violationsFound} violations`);
      const [window] = status.incompleteWindows;
      must(
        String(window?.startNs) === onlyStartNs && window?.reason.startsWith("quarantined") === true,
        "the window is not named",
      );
      return [`quarantined after ${killed} killed workers; ${SHARDS - 1} of ${SHARDS} shards done; "${window.reason}"`];
    } finally {
      await stage.close();
    }
  },
};
