import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseApiConfig, startApi } from "@betrace/api";
import { type ReplayAnswer, replayAnswer } from "@betrace/contracts";
import { type LocalRedis, startLocalRedis } from "@betrace/local-redis";
import { startTempoLite, type TempoLite } from "@betrace/tempo-lite";
import { expect } from "chai";
import { sendOtlp } from "../demo/otlp.js";
import { createShopDay } from "../demo/shop-day.js";
import { createPersonLog } from "../log.js";
import { curl, untilOver, violationSpanIds } from "../testing/client.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const RULE = {
  id: "slow-db-no-retry",
  name: "Slow query",
  dsl: 'trace.has(span.name == "db.query" and span.duration > 1s) and not trace.has(span.name == "retry")',
};
/** 96 shards of a quarter of an hour; with slow answers the replay lasts long enough to be disturbed. */
const SHARD_SECONDS = 900;
const ANSWER_DELAY_MS = 120;
const SHARDS_AT_ONCE = 4;

describe("a worker killed with SIGKILL in the middle of a replay", function () {
  this.timeout(240_000);
  const day = createShopDay({ seed: 7, startNs: 1_767_225_600_000_000_000n });
  let redis: LocalRedis;
  let tempo: TempoLite;
  let api: Awaited<ReturnType<typeof startApi>>;
  const workers: ChildProcess[] = [];

  before(async function () {
    if (process.env.BETRACE_TEST_REDIS === "embedded") {
      console.log("      skipped: two worker processes need a real Redis");
      return this.skip();
    }
    redis = await startLocalRedis({ path: process.env.PATH ?? "" });
    tempo = await startTempoLite({ httpPort: 0, otlpPort: 0, delayMs: ANSWER_DELAY_MS });
    for (const batch of day.batches) await sendOtlp(tempo.otlpUrl, batch);
    const log = createPersonLog(process.stderr, "error");
    api = await startApi(parseApiConfig({ REDIS_URL: redis.url, TEMPO_URL: tempo.url, PORT: "0" }), { log });
    await curl(`${api.url}/v1/rules`, { data: JSON.stringify(RULE) });
  });

  after(async () => {
    for (const worker of workers) await ended(worker, "SIGTERM");
    await api?.close();
    await tempo?.close();
    await redis?.close();
  });

  it("completes with the totals of an undisturbed run, and every violation stands in the store once", async () => {
    workers.push(startWorker(redis, tempo), startWorker(redis, tempo));
    const undisturbed = await untilOver(api.url, await startReplay(), 120_000);
    expect(undisturbed.status).to.equal("completed");
    expect(undisturbed.traces_evaluated).to.equal(day.traces);
    expect(undisturbed.violations_found).to.equal(day.planted.violations);

    const replayId = await startReplay();
    await untilBothAreBusy(replayId);
    const [victim] = workers;
    if (victim === undefined) throw new Error("no worker to kill");
    await ended(victim, "SIGKILL");
    const during = await statusOf(replayId);
    expect(during.status, "killed in the middle").to.equal("running");

    const disturbed = await untilOver(api.url, replayId, 180_000);
    expect(answerOf(disturbed)).to.deep.equal(answerOf(undisturbed));
    const { body } = await curl(`${api.url}/v1/replays/${replayId}/shards?limit=1000`);
    const shards = body.items as { claims: number; status: string }[];
    expect(shards.filter((shard) => shard.claims > 1).length, "shards that the victim had taken").to.be.greaterThan(0);
    const ids = await violationSpanIds(
      tempo.url,
      RULE.id,
      Number(day.startNs / 1_000_000_000n),
      Number(day.endNs / 1_000_000_000n),
    );
    expect(ids.length).to.equal(day.planted.violations);
    expect(new Set(ids).size).to.equal(day.planted.violations);
  });

  async function startReplay(): Promise<string> {
    const accepted = await curl(`${api.url}/v1/rules/${RULE.id}/replay`, {
      data: JSON.stringify({
        start_time: new Date(Number(day.startNs / 1_000_000n)).toISOString(),
        end_time: new Date(Number(day.endNs / 1_000_000n)).toISOString(),
        shard_seconds: SHARD_SECONDS,
      }),
    });
    expect(accepted.status, JSON.stringify(accepted.body)).to.equal(202);
    return String(accepted.body.replay_id);
  }

  async function statusOf(replayId: string): Promise<ReplayAnswer> {
    return replayAnswer.parse((await curl(`${api.url}/v1/replays/${replayId}`)).body);
  }

  async function untilBothAreBusy(replayId: string): Promise<void> {
    for (;;) {
      const { shards } = await statusOf(replayId);
      // More than one worker alone can run.
      if (shards.done >= shards.total / 3 && shards.running > SHARDS_AT_ONCE) return;
      if (shards.done === shards.total) throw new Error("the replay ended before both workers were seen at work");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});

/** What must not depend on how the replay went. */
function answerOf(replay: ReplayAnswer) {
  const {
    status,
    traces_evaluated,
    violations_found,
    first_violation_at,
    last_violation_at,
    buckets,
    incomplete_windows,
  } = replay;
  const { total, done, failed } = replay.shards;
  return {
    status,
    traces_evaluated,
    violations_found,
    first_violation_at,
    last_violation_at,
    buckets,
    incomplete_windows,
    shards: { total, done, failed },
  };
}

function startWorker(redis: LocalRedis, tempo: TempoLite): ChildProcess {
  const worker = spawn(process.execPath, ["--import", "tsx", "apps/worker/src/main.ts"], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      REDIS_URL: redis.url,
      TEMPO_URL: tempo.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: tempo.otlpUrl,
      WORKER_CONCURRENCY: String(SHARDS_AT_ONCE),
      VIOLATIONS_PER_SECOND: "100000",
      LOG_LEVEL: "error",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return worker;
}

async function ended(worker: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  worker.kill(signal);
  await gone;
}
