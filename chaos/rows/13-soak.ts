import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { must, type Row } from "../row.js";
import { type Seeded, seeded } from "../seeded.js";
import { type Stage, startStage } from "../stage/stage.js";
import { TRACES, VIOLATIONS } from "../stage/traces.js";

const RETENTION_MS = 3_000;
const MINUTE_MS = 60_000;
/** Leases of those that look after others: there for a moment, every second. */
const PASSING = /:(lease:reconcile|stalled-check)$/;
/** Replays before the first measurement: code is compiled, pools are filled, BullMQ's stream of events (10,000 at most) is not. */
const WARM_UP = 15;
/** And so much of the time: until then V8 and the allocator of buffers take what they will keep. */
const WARM_UP_SHARE = 0.25;
/** What may differ without being a leak: heap that a collection leaves, and BullMQ's stream of events filling up. */
const HEAP_SLACK = 16 * 2 ** 20;
const RESIDENT_SLACK = 96 * 2 ** 20;
const REDIS_SLACK = 4 * 2 ** 20;

/** A machine that is busy must not make windows incomplete: that is another row. */
const PATIENT = { tempo: { requestTimeoutMs: 60_000 } };

/** Replays without end, with a Tempo that fails now and then, workers that come and go, and cancels. */
export const soak: Row = {
  id: "13",
  title: "replays for an hour",
  async run({ seed, scale, minutes }) {
    const durationMs = minutes === undefined ? (scale === "short" ? MINUTE_MS : 60 * MINUTE_MS) : minutes * MINUTE_MS;
    const random = seeded(seed);
    const stage = await startStage({ retentionMs: RETENTION_MS });
    try {
      const rule = await stage.newRule();
      stage.startReadBack(500);
      stage.tempo.fault = () => (random.oneIn(50) ? { kind: "status", status: 503 } : undefined);
      let worker = stage.worker(PATIENT);
      const seen = { completed: 0, cancelled: 0, workers: 1 };
      const round = async () => {
        if (random.oneIn(10)) {
          await worker.close();
          worker = stage.worker(PATIENT);
          seen.workers++;
        }
        await oneReplay(stage, rule, random, seen);
      };
      const warmUntil = Date.now() + durationMs * WARM_UP_SHARE;
      while (seen.completed + seen.cancelled < WARM_UP || Date.now() < warmUntil) await round();
      const before = await measure(stage);
      const endsAt = Date.now() + durationMs;
      let mostKeys = 0;
      while (Date.now() < endsAt) {
        await round();
        mostKeys = Math.max(mostKeys, await stage.redis.dbsize());
      }
      const after = await measure(stage);
      must(seen.cancelled > 0 || scale === "short", "nothing was cancelled");
      must(mostKeys > before.keys, "no replay was ever in Redis");
      must(after.keys <= before.keys, `${after.keys} keys in Redis, ${before.keys} before: ${after.names.join(" ")}`);
      must(after.replays === 0, `${after.replays} replays outlived their retention`);
      must(after.heap <= before.heap + HEAP_SLACK, `heap ${mib(after.heap)}, ${mib(before.heap)} before`);
      must(
        after.resident <= before.resident + RESIDENT_SLACK,
        `${mib(after.resident)} resident, ${mib(before.resident)} before`,
      );
      must(after.redis <= before.redis + REDIS_SLACK, `Redis holds ${mib(after.redis)}, ${mib(before.redis)} before`);
      return [
        `${(durationMs / MINUTE_MS).toFixed(0)} min: ${seen.completed} replays completed, each exact, ${seen.cancelled} cancelled, ${seen.workers} workers, ${stage.tempo.seen.faults} of ${stage.tempo.seen.requests} requests failed`,
        `keys in Redis: ${before.keys} before, ${mostKeys} at most, ${after.keys} after; 0 replays outlived a retention of ${RETENTION_MS} ms`,
        `heap ${mib(before.heap)} → ${mib(after.heap)}, resident ${mib(before.resident)} → ${mib(after.resident)}, Redis ${mib(before.redis)} → ${mib(after.redis)}`,
      ];
    } finally {
      await stage.close();
    }
  },
};

async function oneReplay(stage: Stage, rule: string, random: Seeded, seen: { completed: number; cancelled: number }) {
  const id = await stage.submit(rule);
  if (random.oneIn(8)) await stage.replays.cancel(id);
  const ended = await stage.until(id, 5 * MINUTE_MS);
  if (ended.state === "cancelled") {
    seen.cancelled++;
    return;
  }
  seen.completed++;
  must(
    ended.state === "completed" && ended.tracesEvaluated === TRACES && ended.violationsFound === VIOLATIONS,
    `replay ${seen.completed} is ${ended.state} with ${ended.violationsFound} violations in ${ended.tracesEvaluated} traces`,
  );
}

/** When all is quiet: nothing runs, every retention is over and everything was read back. */
async function measure(stage: Stage) {
  await stage.replays.jobsAdded();
  const giveUpAt = Date.now() + 2 * MINUTE_MS;
  while ((await stage.redis.exists("betrace:replay-expiry", "betrace:violation-expiry")) > 0) {
    must(Date.now() < giveUpAt, "retention does not come to an end");
    await sleep(200);
  }
  collectGarbage();
  await sleep(500);
  collectGarbage();
  const names = (await stage.redis.keys("*")).filter((name) => !PASSING.test(name)).sort();
  const used = /used_memory:(\d+)/.exec(await stage.redis.info("memory"))?.[1];
  return {
    keys: names.length,
    names,
    replays: (await stage.replays.list()).items.length,
    heap: process.memoryUsage().heapUsed,
    resident: process.memoryUsage().rss,
    redis: Number(used),
  };
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
