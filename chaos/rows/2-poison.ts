import { isDeepStrictEqual } from "node:util";
import { LIMITS, type ReplayStatus, type TraceSource, tempoSource } from "@betrace/replay";
import { createTempoClient } from "@betrace/tempo";
import { must, type Row } from "../row.js";
import { spawnWorker } from "../stage/spawn-worker.js";
import { STAGE_LOCK_MS, type Stage, startStage } from "../stage/stage.js";
import { RANGE_START_NS, SHARD_SECONDS, TRACES, traceIdOf, VIOLATIONS, violates } from "../stage/traces.js";

const MAX_CRASHES = 3;
const POISONED_SHARD = 4;
const SHARDS = 12;
const PER_SHARD = TRACES / SHARDS;
const POISONED_START_NS = RANGE_START_NS + BigInt(POISONED_SHARD * SHARD_SECONDS) * 1_000_000_000n;
/** One that violates. */
const POISONED_TRACE = traceIdOf(
  Array.from({ length: PER_SHARD }, (_, n) => POISONED_SHARD * PER_SHARD + n).find(violates) ?? 0,
);

/** One shard that no worker can run, in three ways. */
export const poison: Row = {
  id: "2",
  title: "a shard that kills its worker every time; a trace on which the run, or evaluation, fails",
  async run() {
    const stage = await startStage();
    try {
      return [await killing(stage), await failing(stage), await breaking(stage)];
    } finally {
      await stage.close();
    }
  },
};

/** Whoever runs the shard dies. */
async function killing(stage: Stage): Promise<string> {
  const id = await stage.submit(await stage.newRule());
  let killed = 0;
  let over = false;
  const ended = stage.until(id, 90_000).finally(() => {
    over = true;
  });
  while (!over) {
    const child = spawnWorker(stage, {
      lockMs: STAGE_LOCK_MS,
      maxCrashes: MAX_CRASHES,
      dieAt: { point: "in the scan", nth: 1, onlyStartNs: String(POISONED_START_NS) },
    });
    await Promise.race([child.gone, ended]);
    if (child.diedAtMs() !== undefined) killed++;
    child.kill("SIGKILL");
    await child.gone;
  }
  must(killed === MAX_CRASHES, `${killed} workers died, ${MAX_CRASHES} may`);
  const reason = givenUp(await ended, "quarantined");
  return `quarantined after ${killed} killed workers; ${SHARDS - 1} of ${SHARDS} shards done; "${reason}"`;
}

/** A bug meets one trace of the shard, outside of evaluation. */
async function failing(stage: Stage): Promise<string> {
  let tries = 0;
  const worker = stage.worker({
    worker: {
      tempo: poisoned(stage, (traces) => {
        tries++;
        throw new TypeError(`cannot read trace ${traces[0]?.traceId}`);
      }),
      shard: { retryPauseMs: 20 },
    },
  });
  const id = await stage.submit(await stage.newRule());
  const reason = givenUp(await stage.until(id, 60_000), "a bug: TypeError: cannot read trace");
  await worker.close();
  must(tries === LIMITS.maxShardFailures, `it was tried ${tries} times`);
  return `given up after ${tries} tries of a run that throws; ${SHARDS - 1} of ${SHARDS} shards done; "${reason}"`;
}

/** Evaluation throws on one trace. That is the same on every attempt, so there is one; a later release may do better, on `retry`. */
async function breaking(stage: Stage): Promise<string> {
  const healthy = stage.worker();
  const cleanRule = await stage.newRule();
  const cleanId = await stage.submit(cleanRule);
  await stage.until(cleanId, 60_000);
  const clean = await stage.answer(cleanId, cleanRule);
  await healthy.close();

  let tries = 0;
  const spans: readonly never[] = new Proxy([], {
    get(_target, name) {
      if (name === "length") return 1;
      tries++;
      throw new RangeError("evaluation was made to fail");
    },
  });
  const tempo = poisoned(stage, (traces) =>
    traces.map((trace) => (trace.traceId === POISONED_TRACE ? { ...trace, spans } : trace)),
  );
  const broken = stage.worker({ worker: { tempo } });
  const rule = await stage.newRule();
  const id = await stage.submit(rule);
  const status = await stage.until(id, 60_000);
  await broken.close();
  const [window] = status.incompleteWindows;
  must(tries > 0 && status.evaluationErrors === 1, `${status.evaluationErrors} evaluation errors after ${tries} tries`);
  must(status.state === "completed" && status.shards.done === SHARDS, `it is ${status.state}`);
  must(status.tracesEvaluated === TRACES, `${status.tracesEvaluated} traces were looked at`);
  must(status.violationsFound === VIOLATIONS - 1, `${status.violationsFound} violations`);
  must(
    window?.startNs === POISONED_START_NS && window.reason.includes(`${POISONED_TRACE}: evaluation was made to fail`),
    `the window is not named: ${JSON.stringify(window?.reason)}`,
  );

  stage.worker();
  await stage.replays.retry(id);
  await stage.until(id, 60_000);
  must(
    isDeepStrictEqual(await stage.answer(id, rule), clean),
    "read again by a worker that can, the answer is another",
  );
  return `evaluation that throws on 1 trace: 1 try, all other traces decided; "${window.reason}"; exact after retry`;
}

type Batch = Parameters<Parameters<TraceSource["scan"]>[0]["onTraces"]>[0];

/** Tempo, where what holds the poisoned trace passes through `change`. */
function poisoned(stage: Stage, change: (traces: Batch) => Batch): TraceSource {
  const source = tempoSource(createTempoClient({ url: stage.tempo.url }));
  return {
    read: source.read,
    scan: (request) =>
      source.scan({
        ...request,
        async onTraces(traces) {
          const here = traces.some((trace) => trace.traceId === POISONED_TRACE);
          await request.onTraces(here ? change(traces) : traces);
        },
      }),
  };
}

/** Checks that this one shard was given up and all others are exact; gives the reason of its window. */
function givenUp(status: ReplayStatus, reason: string): string {
  const inside = Array.from({ length: PER_SHARD }, (_, n) => POISONED_SHARD * PER_SHARD + n).filter(violates).length;
  must(status.state === "completed" && status.shards.failed === 1, `it is ${status.state}`);
  must(status.tracesEvaluated === TRACES - PER_SHARD, `${status.tracesEvaluated} traces`);
  must(status.violationsFound === VIOLATIONS - inside, `${status.violationsFound} violations`);
  const [window] = status.incompleteWindows;
  must(
    window?.startNs === POISONED_START_NS && window.reason.startsWith(reason),
    `the window is not named: ${JSON.stringify(window?.reason)}`,
  );
  return window.reason;
}
