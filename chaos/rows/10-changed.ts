import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Api } from "@betrace/api";
import { compileRule, parseRule } from "@betrace/dsl";
import { keysOf, type ReplayStatus, runShard, systemClock, tempoSource } from "@betrace/replay";
import { createTempoClient } from "@betrace/tempo";
import { createViolationWriter } from "@betrace/violations";
import { Queue, Worker } from "bullmq";
import { must, type Row } from "../row.js";
import { call, serveApi } from "../stage/serve-api.js";
import { SILENT, type Stage, startStage } from "../stage/stage.js";
import { RULE } from "../stage/traces.js";

const SHARDS_QUEUE = "betrace-shards";
const QUEUE_PREFIX = "betrace-bull";
const NEWER_FORMAT = 2;

/** What a replay stands on changes while it runs: its rule, and the release of the processes around it. */
export const changed: Row = {
  id: "10",
  title: "the rule edited or deleted, and workers of another release, while a replay runs",
  async run() {
    const stage = await startStage();
    const api = await serveApi(stage);
    try {
      stage.worker();
      const cleanRule = await stage.newRule();
      const cleanId = await stage.submit(cleanRule);
      await stage.until(cleanId, 60_000);
      const clean = await stage.answer(cleanId, cleanRule);
      await stage.stopWorkers();
      return [
        await edited(stage, api, clean),
        await deleted(stage, api, clean),
        await retriedWithoutRule(stage, api, clean),
        await newerJobs(stage, api, clean),
      ];
    } finally {
      await api.close();
      await stage.close();
    }
  },
};

/** A replay that has done some shards, runs some and has some before it. */
async function halfway(stage: Stage): Promise<{ readonly rule: string; readonly id: string; readonly done: number }> {
  stage.tempo.delayMs = 150;
  const rule = await stage.newRule();
  const id = await stage.submit(rule);
  stage.worker({ worker: { concurrency: 2 } });
  let now: ReplayStatus;
  do {
    await sleep(5);
    now = await stage.replays.status(id);
  } while (now.state !== "completed" && (now.shards.done < 2 || now.shards.running === 0));
  must(now.shards.done < now.shards.total - 2, "it was over before the rule could be changed");
  return { rule, id, done: now.shards.done };
}

/** Ends a replay and checks that the pinned version, and no other, is everywhere. */
async function mustBePinned(stage: Stage, api: Api, what: { rule: string; id: string }, clean: unknown): Promise<void> {
  await stage.until(what.id, 60_000);
  await stage.stopWorkers();
  stage.tempo.reset();
  const answer = await stage.answer(what.id, what.rule);
  must(
    isDeepStrictEqual(answer, clean),
    `the answer is not that of the pinned version: ${JSON.stringify(answer, digits)}`,
  );
  const { body: status } = await call(api, "GET", `/v1/replays/${what.id}`);
  must(
    status.rule_version === 1 && status.rules[0].rule_version === 1,
    `the status says version ${status.rule_version}`,
  );
  const { body: found } = await call(api, "GET", `/v1/replays/${what.id}/violations?limit=1000`);
  const versions = new Set(found.items.map((one: { rule_version: number }) => one.rule_version));
  must(isDeepStrictEqual([...versions], [1]), `the violations say versions ${[...versions]}`);
  const spans = await stage.spansOf(what.rule, 1);
  must(spans.length === found.items.length, `${spans.length} spans of version 1, ${found.items.length} violations`);
}

async function edited(stage: Stage, api: Api, clean: unknown): Promise<string> {
  const half = await halfway(stage);
  const put = await call(api, "PUT", `/v1/rules/${half.rule}`, { dsl: "false", name: "Nothing at all" });
  must(put.status === 200 && put.body.version === 2, `the rule was not edited: ${JSON.stringify(put.body)}`);
  await mustBePinned(stage, api, half, clean);
  stage.worker();
  const newId = await stage.submit(half.rule);
  const after = await stage.until(newId, 60_000);
  await stage.stopWorkers();
  must(after.violationsFound === 0 && after.rules[0]?.ruleVersion === 2, "a new replay does not run the new version");
  return `edited after ${half.done} of 12 shards: version 1 decided all of them, in status, violations and spans; the next replay runs version 2`;
}

async function deleted(stage: Stage, api: Api, clean: unknown): Promise<string> {
  const half = await halfway(stage);
  must((await call(api, "DELETE", `/v1/rules/${half.rule}`)).status === 204, "the rule was not deleted");
  must((await call(api, "GET", `/v1/rules/${half.rule}`)).status === 404, "the deleted rule is still there");
  const again = await call(api, "POST", "/v1/rules", { id: half.rule, name: "Another", dsl: "false" });
  must(
    again.body.version === 2,
    `the id made anew has version ${again.body.version}: its violations would be taken for the old ones`,
  );
  await mustBePinned(stage, api, half, clean);
  return `deleted after ${half.done} of 12 shards, and its id used again (as version 2): version 1 decided all of them`;
}

async function retriedWithoutRule(stage: Stage, api: Api, clean: unknown): Promise<string> {
  stage.tempo.fault = () => ({ kind: "status", status: 401 });
  const rule = await stage.newRule();
  const id = await stage.submit(rule);
  stage.worker();
  must((await stage.until(id, 60_000)).state === "failed", "Tempo refused everything, and the replay did not fail");
  await call(api, "DELETE", `/v1/rules/${rule}`);
  stage.tempo.reset();
  must((await call(api, "POST", `/v1/replays/${id}/retry`)).status === 200, "retry was refused");
  await mustBePinned(stage, api, { rule, id }, clean);
  return "failed, its rule deleted, then tried again: exact, on the pinned version";
}

/** Half of the jobs are of a newer release: this one's worker does its own and leaves the others until a newer worker comes. */
async function newerJobs(stage: Stage, api: Api, clean: unknown): Promise<string> {
  const rule = await stage.newRule();
  const id = await stage.submit(rule);
  await stage.replays.jobsAdded();
  const connection = { url: stage.redisChild.url };
  const queue = new Queue(SHARDS_QUEUE, { connection, prefix: QUEUE_PREFIX });
  const jobs = await queue.getJobs(["prioritized"]);
  const newer = jobs.filter((_job, index) => index % 2 === 0);
  for (const job of newer) await job.updateData({ ...(job.data as object), v: NEWER_FORMAT });

  const warnings: unknown[] = [];
  const log = { ...SILENT, warn: (_message: string, fields?: object) => warnings.push(fields) };
  const worker = stage.worker({ log, worker: { newerJobPauseMs: 100 } });
  let status: ReplayStatus;
  do {
    await sleep(20);
    status = await stage.replays.status(id);
  } while (status.shards.done < jobs.length - newer.length || worker.gauge().shardsLeftToNewer < 3 * newer.length);
  must(status.shards.done === jobs.length - newer.length, `${status.shards.done} shards were done`);
  const { body } = await call(api, "GET", `/v1/replays/${id}`);
  must(body.status === "running" && body.held_up?.includes(`format ${NEWER_FORMAT}`), `held_up is ${body.held_up}`);
  must(warnings.length > 0, "the log says nothing");
  const left = worker.gauge().shardsLeftToNewer;

  let attempts = 0;
  const upgraded = newerWorker(stage, (attemptsMade) => {
    attempts = Math.max(attempts, attemptsMade);
  });
  try {
    await stage.until(id, 60_000);
  } finally {
    await upgraded.close();
    await queue.close();
  }
  must(attempts === 0, `the refused jobs had spent ${attempts} attempts`);
  await mustBePinned(stage, api, { rule, id }, clean);
  return `${newer.length} of ${jobs.length} jobs of format ${NEWER_FORMAT}: refused ${left} times at no cost, "${body.held_up}"; exact when a newer worker came`;
}

/** A worker of a release to come, which reads the newer format. */
function newerWorker(stage: Stage, sawAttempts: (attemptsMade: number) => void): { close(): Promise<void> } {
  const connection = { url: stage.redisChild.url, maxRetriesPerRequest: null };
  const client = createTempoClient({ url: stage.tempo.url });
  const writer = createViolationWriter({ url: stage.otlp.url, pace: { spansPerSecond: 1_000_000 } });
  const parsed = parseRule(RULE);
  if (!parsed.ok) throw new Error("the rule of the stage does not parse");
  const compiled = compileRule(parsed.rule);
  const deps = {
    ledger: { redis: stage.redis, keys: keysOf("betrace:") },
    source: tempoSource(client),
    writer,
    compile: () => compiled,
    clock: systemClock,
    log: SILENT,
  };
  const worker = new Worker(
    SHARDS_QUEUE,
    async (job) => {
      sawAttempts(job.attemptsMade);
      const { replayId, shardId } = job.data as { readonly replayId: string; readonly shardId: string };
      await runShard(
        deps,
        { replayId, shardId },
        { priority: job.priority ?? 1, signal: new AbortController().signal },
      );
    },
    { connection, prefix: QUEUE_PREFIX },
  );
  return {
    async close() {
      await worker.close();
      await Promise.allSettled([client.close(), writer.close()]);
    },
  };
}

function digits(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
