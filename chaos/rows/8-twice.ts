import { isDeepStrictEqual } from "node:util";
import { must, type Row } from "../row.js";
import { call, serveApi } from "../stage/serve-api.js";
import { type Stage, startStage } from "../stage/stage.js";
import { RANGE_END_NS, RANGE_START_NS, SHARD_SECONDS, TRACES, VIOLATIONS } from "../stage/traces.js";

/** The same thing asked for, or delivered, twice. */
export const twice: Row = {
  id: "8",
  title: "the same shard, request and replay twice",
  async run() {
    const stage = await startStage();
    try {
      const rule = await stage.newRule();
      const ids = await postOneKey(stage, rule);
      must(ids.size === 1, `one key made ${ids.size} replays`);
      must((await stage.replays.list()).items.length === 1, "more than one replay is listed");

      stage.worker();
      const [once] = ids;
      if (once === undefined) throw new Error("no replay");
      await stage.until(once, 30_000);
      await stage.stopWorkers();
      const clean = await stage.answer(once, rule);

      const overlapping = await stage.newRule();
      const both = [await stage.submit(overlapping), await stage.submit(overlapping)];
      for (let n = 0; n < 3; n++) stage.worker();
      for (const id of both) await stage.until(id, 60_000);
      await stage.stopWorkers();
      for (const id of both) {
        const status = await stage.replays.status(id);
        must(
          status.tracesEvaluated === TRACES && status.violationsFound === VIOLATIONS,
          "an overlapping replay is wrong",
        );
      }
      const spans = await stage.spansOf(overlapping);
      const { items } = await stage.replays.violations({ ruleId: overlapping, limit: 1_000 });
      must(spans.length === VIOLATIONS && new Set(spans).size === VIOLATIONS, `${spans.length} spans of two replays`);
      must(items.length === VIOLATIONS, `${items.length} stored violations of two replays`);

      const doubled = await deliverEachTwice(stage);
      const { state, traces, violations, spans: found } = doubled.answer as Record<string, unknown>;
      const { state: s, traces: t, violations: v, spans: f } = clean as Record<string, unknown>;
      must(
        isDeepStrictEqual([state, traces, violations, found], [s, t, v, f]),
        "delivered twice, the answer is another",
      );
      must(doubled.twice > 0, "no shard was delivered twice");
      return [
        "20 POSTs with one key at once to two APIs: 1 replay; the key with another range: 409",
        `two overlapping replays of one rule: ${VIOLATIONS} violations each, ${spans.length} spans and ${items.length} records in all`,
        `${doubled.twice} shards of ${doubled.shards} were claimed while another ran them: the answer is the same`,
      ];
    } finally {
      await stage.close();
    }
  },
};

/** Asks two APIs for the same replay ten times each, all at once; gives the ids that were answered. */
async function postOneKey(stage: Stage, rule: string): Promise<ReadonlySet<string>> {
  const apis = [await serveApi(stage), await serveApi(stage)];
  try {
    const post = (api: (typeof apis)[number], end: bigint) =>
      call(api, "POST", `/v1/rules/${rule}/replay`, {
        start_time: iso(RANGE_START_NS),
        end_time: iso(end),
        shard_seconds: SHARD_SECONDS,
        idempotency_key: "tuesday",
      });
    const answers = await Promise.all(apis.flatMap((api) => Array.from({ length: 10 }, () => post(api, RANGE_END_NS))));
    for (const { status, body } of answers) must(status === 202, `${status} ${JSON.stringify(body)}`);
    for (const api of apis) {
      const { status, body } = await post(api, RANGE_END_NS - 60_000_000_000n);
      must(status === 409 && body.code === "idempotency_conflict", `another range under the key: ${status}`);
    }
    return new Set(answers.map(({ body }) => body.replay_id));
  } finally {
    for (const api of apis) await api.close();
  }
}

const iso = (ns: bigint) => new Date(Number(ns / 1_000_000n)).toISOString();

/** Long enough for each shard to lose a lock or more; without an end no shard would ever keep one. */
const STEALING_MS = 4_000;

/** Takes each job's lock away while it runs, so that a second worker gets the shard as well. */
async function deliverEachTwice(stage: Stage) {
  stage.tempo.delayMs = 250;
  const rule = await stage.newRule();
  const replayId = await stage.submit(rule);
  const parts = { worker: { shard: { maxCrashes: 1_000 } } };
  stage.worker(parts);
  stage.worker(parts);
  const stopAt = Date.now() + STEALING_MS;
  const stealing = setInterval(async () => {
    if (Date.now() > stopAt) return;
    for (const key of await stage.redis.keys("betrace-bull:*:lock")) await stage.redis.del(key);
  }, 25);
  try {
    const ended = await stage.until(replayId, 90_000);
    const { items } = await stage.replays.shards(replayId, { limit: 100 });
    const answer = await stage.answer(replayId, rule);
    return { answer, twice: items.filter((shard) => shard.claims > 1).length, shards: ended.shards.total };
  } finally {
    clearInterval(stealing);
    await stage.stopWorkers();
  }
}
