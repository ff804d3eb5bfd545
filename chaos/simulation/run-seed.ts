import {
  createReplays,
  createRuleStore,
  type Log,
  runShard,
  type Replays,
  type ShardDeps,
  startReconciler,
  type TraceSource,
  keysOf,
} from "@betrace/replay";
import { compileRule, parseRule } from "@betrace/dsl";
import { TempoError } from "@betrace/tempo";
import { ViolationWriteError, type ViolationWriter } from "@betrace/violations";
import type { Redis } from "ioredis";
import { seeded } from "../seeded.js";
import { createJobs, queueOf } from "./job-queue.js";
import { lookAt, type SeenReplay } from "./ledger-view.js";
import { createFenceWatch } from "./fence-watch.js";
import { Broken, checkEnd, checkMoment } from "./promises.js";
import { RANGE_START_NS, RULE, SHARD_SECONDS, sampleTraces, startOf } from "./sample.js";
import { watchedRedis } from "./watched-redis.js";
import { createWorld, type Process } from "./world.js";

/** How one seed went. */
export interface SeedReport {
  readonly seed: number;
  readonly steps: number;
  /** Faults that were really injected, by name. */
  readonly faults: ReadonlyMap<string, number>;
  /** How its replays ended. */
  readonly states: readonly string[];
  readonly staleWrites: number;
  /** Undefined where every promise held; else which one did not, with what had happened. */
  readonly broken: string | undefined;
}

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };
const NS_PER_MS = 1_000_000n;
/** Faults come during so many steps; then everything gets the time to end. */
const MIN_STORM = 60;
const MAX_STORM = 260;
/** A replay that has not ended after so many undisturbed steps never will. */
const CALM_STEPS = 6_000;

interface Run {
  readonly process: Process;
  readonly replayId: string;
  readonly jobId: string;
  readonly token: number;
  readonly controller: AbortController;
}

/** Runs the story of one seed on a Redis, under a prefix of its own, and checks the promises all along. */
export async function runSeed(seed: number, redis: Redis): Promise<SeedReport> {
  const random = seeded(seed);
  const world = createWorld(random);
  const prefix = `sim${seed}:`;
  const jobs = createJobs();
  const faults = new Map<string, number>();
  let storm = true;
  let staleWrites = 0;
  const fences = createFenceWatch();
  const injected = (what: string) => {
    faults.set(what, (faults.get(what) ?? 0) + 1);
    world.log.push(`* ${what}`);
  };
  const shards = 1 + random.below(4);
  const perShard = 1 + random.below(6);
  const traces = sampleTraces(shards, perShard);
  const clock = { nowNs: () => BigInt(world.nowMs) * NS_PER_MS };
  const written = new Set<string>();
  const maxFailures = 2 + random.below(4);
  const maxCrashes = 2 + random.below(4);
  const maxTracesPerShard = random.oneIn(3) ? 1 + random.below(perShard) : 1_000;
  const tempoFails = random.pick([0, 0, 8, 3]);
  const compiled = compile(RULE);

  const workers: Process[] = [];
  const runs = new Set<Run>();
  let names = 0;
  const api = () => createApi(world.process(`api${++names}`));
  let current = api();

  function createApi(process: Process): { readonly process: Process; readonly replays: Replays } {
    const own = watchedRedis(world, process, redis, { on: () => storm, injected, patient: false });
    const ruleStore = createRuleStore({ redis: own, clock, keyPrefix: prefix });
    let ids = 0;
    return {
      process,
      replays: createReplays({
        redis: own,
        queue: queueOf(world, process, jobs),
        ruleStore,
        clock,
        ids: { replayId: () => `${process.name}-${++ids}` },
        keyPrefix: prefix,
      }),
    };
  }

  const sourceOf = (process: Process): TraceSource => ({
    async scan({ startNs, endNs, onTraces, signal }) {
      const inside = traces.filter((trace) => startOf(trace) >= startNs && startOf(trace) < endNs);
      const size = 1 + random.below(3);
      const hole = storm && random.oneIn(15) ? { startNs, endNs: startNs + (endNs - startNs) / 2n } : undefined;
      for (let from = 0; from <= inside.length; from += size) {
        await world.gate(process, "scan");
        signal.throwIfAborted();
        if (storm && tempoFails > 0 && random.oneIn(tempoFails)) {
          injected("tempo: fails");
          throw new TempoError("unreachable", "simulated", { retryable: !random.oneIn(4) });
        }
        const batch = inside
          .slice(from, from + size)
          .filter((trace) => hole === undefined || startOf(trace) >= hole.endNs);
        if (batch.length > 0) await onTraces(batch);
      }
      if (hole !== undefined) injected("tempo: a part is unreadable");
      return { incomplete: hole === undefined ? [] : [{ ...hole, reason: "simulated hole" }], fetchedById: 0 };
    },
    read: async () => new Map(),
  });

  const writerOf = (process: Process): ViolationWriter => ({
    async write(violations, signal) {
      await world.gate(process, "write");
      signal.throwIfAborted();
      if (storm && random.oneIn(12)) {
        injected("receiver: refuses");
        throw new ViolationWriteError("overloaded", "simulated", true);
      }
      for (const violation of violations) written.add(violation.traceId);
      if (storm && random.oneIn(12)) {
        injected("receiver: acknowledgement lost");
        throw new ViolationWriteError("timeout", "simulated", true);
      }
      await world.gate(process, "acknowledged");
    },
    close: async () => {},
  });

  function depsOf(process: Process): ShardDeps {
    return {
      ledger: {
        redis: watchedRedis(world, process, redis, {
          on: () => storm,
          injected,
          patient: true,
          answered: fences.answered,
        }),
        keys: keysOf(prefix),
      },
      source: sourceOf(process),
      writer: writerOf(process),
      compile: () => compiled,
      clock,
      log: SILENT,
      maxFailures,
      maxCrashes,
      maxTracesPerShard,
    };
  }

  /** What `createShardWorker` does with a job and its outcome, on the simulated queue. */
  function deliver(jobId: string, process: Process): void {
    const job = jobs.all.get(jobId);
    if (job === undefined) return;
    const token = jobs.deliver(job, process);
    const run: Run = { process, replayId: job.replayId, jobId, token, controller: new AbortController() };
    runs.add(run);
    world.log.push(`> ${jobId} to ${process.name}`);
    const { replayId, shardId, priority } = job;
    const settle = async () => {
      try {
        const outcome = await runShard(
          depsOf(process),
          { replayId, shardId },
          { priority, signal: run.controller.signal },
        );
        if (outcome.kind === "overtaken") staleWrites++;
        await world.gate(process, `settle ${outcome.kind}`);
        if (outcome.kind === "retry") {
          jobs.asHolder(jobId, token, (held) => {
            held.state = "delayed";
          });
          return;
        }
        if (outcome.kind === "split") {
          await queueOf(world, process, jobs).add(outcome.children.map((child) => ({ ...child, priority })));
        }
        jobs.asHolder(jobId, token, () => jobs.all.delete(jobId));
      } catch (error) {
        if (error instanceof Broken) throw error;
        jobs.asHolder(jobId, token, (held) => {
          held.attempts++;
          if (held.attempts >= 3) jobs.all.delete(jobId);
          else held.state = "delayed";
        });
      } finally {
        runs.delete(run);
      }
    };
    void settle();
  }

  function reconcile(): void {
    const process = world.process(`reconciler${++names}`);
    const own = watchedRedis(world, process, redis, { on: () => storm, injected, patient: false });
    const reconciler = startReconciler({
      redis: own,
      queue: queueOf(world, process, jobs),
      clock,
      log: SILENT,
      keyPrefix: prefix,
      everyMs: 2_000_000_000,
    });
    const walk = reconciler.runOnce().catch(() => undefined);
    reconciling = { process, over: false, stop: () => void reconciler.close() };
    const mine = reconciling;
    void walk.then(() => {
      mine.over = true;
      mine.stop();
    });
  }
  let reconciling: { readonly process: Process; over: boolean; readonly stop: () => void } | undefined;

  // --- the replays, asked for at once, over the same traces ------------------------------------------------------------------
  const replayIds = new Set<string>();
  let retries = 0;
  function ask(work: (replays: Replays) => Promise<unknown>): void {
    work(current.replays).catch((error: unknown) => {
      if (error instanceof Error) world.log.push(`  refused: ${error.message}`);
    });
  }
  const submit = () =>
    ask(async (replays) => {
      const rangeNs = BigInt(shards * SHARD_SECONDS) * 1_000_000_000n;
      const { status } = await replays.submit({
        rules: { kind: "unsaved", dsl: RULE },
        startNs: RANGE_START_NS,
        endNs: RANGE_START_NS + rangeNs,
        shardSeconds: SHARD_SECONDS,
        ...(random.oneIn(2) && { idempotencyKey: "k" }),
      });
      replayIds.add(status.replayId);
    });
  submit();
  if (random.oneIn(3)) submit();
  for (let n = 1 + random.below(3); n > 0; n--) workers.push(world.process(`worker${++names}`));

  const alive = () => workers.filter((worker) => !worker.dead);
  const awake = () => alive().filter((worker) => !worker.frozen);
  const runsOf = (worker: Process) => [...runs].filter((run) => run.process === worker);

  function kill(process: Process): void {
    process.dead = true;
    for (const run of runsOf(process)) runs.delete(run);
  }
  function nextJob(): void {
    const waiting = jobs.of("waiting").sort((a, b) => a.priority - b.priority);
    const free = awake().filter((worker) => runsOf(worker).length < 2);
    const job = waiting[0];
    if (job !== undefined && free.length > 0) deliver(job.id, random.pick(free));
  }
  /** Jobs whose holder is gone go back to the queue, as BullMQ does when a lock runs out. */
  function reclaimStalled(): void {
    for (const job of jobs.of("active")) if (job.owner?.dead || job.owner?.frozen) job.state = "waiting";
  }
  function ripen(): void {
    for (const job of jobs.of("delayed")) job.state = "waiting";
  }
  async function cancelPoll(): Promise<void> {
    for (const run of [...runs].filter((one) => !one.process.frozen)) {
      const asked = await redis.hget(`${prefix}replay:${run.replayId}`, "cancel");
      if (asked === "1") run.controller.abort(new Error("the replay was cancelled"));
    }
  }
  function thaw(worker: Process): void {
    worker.frozen = false;
    // BullMQ notices that the lock is gone at its next renewal, or not before the shard is over.
    for (const run of runsOf(worker)) {
      if (jobs.all.get(run.jobId)?.token !== run.token && random.oneIn(2)) run.controller.abort(new Error("lock lost"));
    }
  }
  function startReconciling(): void {
    if (reconciling === undefined || reconciling.over || reconciling.process.dead) reconcile();
  }
  async function leaseRunsOut(): Promise<void> {
    if (reconciling === undefined || reconciling.over || reconciling.process.dead)
      await redis.del(`${prefix}lease:reconcile`);
  }

  async function disturb(): Promise<void> {
    const roll = random.below(1_800);
    const ids = [...replayIds];
    if (roll < 250) nextJob();
    else if (roll < 290) ripen();
    else if (roll < 310) await cancelPoll();
    else if (roll < 340) startReconciling();
    else if (roll < 350) await leaseRunsOut();
    else if (roll < 370) reclaimStalled();
    else if (roll < 395 && alive().length > 0) {
      const worker = random.pick(alive());
      injected(runsOf(worker).length > 0 ? "worker: killed at work" : "worker: killed idle");
      kill(worker);
    } else if (roll < 430 && alive().length < 3) workers.push(world.process(`worker${++names}`));
    else if (roll < 445 && awake().length > 0) {
      injected("worker: frozen");
      random.pick(awake()).frozen = true;
    } else if (roll < 475) {
      const cold = alive().filter((worker) => worker.frozen);
      if (cold.length > 0) thaw(random.pick(cold));
    } else if (roll < 485) {
      const active = jobs.of("active");
      if (active.length > 0) {
        injected("queue: delivered twice");
        const free = awake();
        if (free.length > 0) deliver(random.pick(active).id, random.pick(free));
      }
    } else if (roll < 500) {
      const held = [...jobs.all.keys()];
      if (held.length > 0) {
        injected("queue: job lost");
        jobs.all.delete(random.pick(held));
      }
    } else if (roll < 507 && awake().length > 0) {
      const worker = random.pick(awake());
      injected("worker: lets go");
      for (const run of runsOf(worker)) run.controller.abort(new Error("closing"));
    } else if (roll < 512) {
      injected("api: killed");
      current.process.dead = true;
      current = api();
    } else if (roll < 517 && reconciling !== undefined && !reconciling.over) {
      injected("reconciler: killed");
      reconciling.process.dead = true;
      reconciling.stop();
    } else if (ids.length > 0 && roll < 521) ask((replays) => replays.cancel(random.pick(ids)));
    else if (ids.length > 0 && roll < 535) ask((replays) => replays.pause(random.pick(ids)));
    else if (ids.length > 0 && roll < 555) ask((replays) => replays.resume(random.pick(ids)));
    else if (ids.length > 0 && roll < 570) {
      retries++;
      ask((replays) => replays.retry(random.pick(ids)));
    } else await world.step();
  }

  const seen = new Map<string, { replay: SeenReplay }>();
  async function check(): Promise<void> {
    for (const id of await knownReplays()) {
      const now = await lookAt(redis, prefix, id);
      if (now === undefined) throw new Broken(`the replay ${id} is gone`);
      const before = seen.get(id);
      checkMoment(before?.replay, now, retries > 0);
      seen.set(id, { replay: now });
    }
  }
  /** Those that were answered for, and those whose answer was lost on the way. */
  async function knownReplays(): Promise<readonly string[]> {
    const listed = await redis.zrange(`${prefix}replays`, "0", "-1");
    for (const member of listed) replayIds.add(member.slice(member.indexOf(":") + 1));
    return [...replayIds];
  }

  async function calm(): Promise<void> {
    storm = false;
    injected("calm");
    for (const worker of alive()) if (worker.frozen) thaw(worker);
    if (alive().length === 0) workers.push(world.process(`worker${++names}`));
    await knownReplays();
    if (replayIds.size === 0) submit();
    for (let step = 0; step < CALM_STEPS; step++) {
      if (step % 7 === 0) nextJob();
      if (await world.step()) continue;
      await check();
      const over = [...seen.values()].every(({ replay }) =>
        ["completed", "failed", "cancelled"].includes(replay.fields.state ?? ""),
      );
      if (seen.size > 0 && over && jobs.all.size === 0) return;
      const paused = [...seen].filter(
        ([, { replay }]) => replay.fields.state === "paused" && replay.fields.cancel !== "1",
      );
      const [one] = paused;
      if (one !== undefined && random.oneIn(2)) {
        if (random.oneIn(3)) ask((replays) => replays.cancel(one[0]));
        else ask((replays) => replays.resume(one[0]));
      }
      reclaimStalled();
      ripen();
      await cancelPoll();
      nextJob();
      await leaseRunsOut();
      startReconciling();
    }
  }

  const length = MIN_STORM + random.below(MAX_STORM - MIN_STORM);
  let broken: string | undefined;
  try {
    await world.quiet();
    for (let step = 0; step < length; step++) {
      await disturb();
      await world.quiet();
      if (step % 8 === 0) await check();
      fences.check();
    }
    await calm();
    fences.check();
    for (const id of await knownReplays()) {
      const replay = await lookAt(redis, prefix, id);
      if (replay === undefined) throw new Broken(`the replay ${id} is gone`);
      checkEnd(replay, traces, { shards }, written);
    }
  } catch (error) {
    const what = error instanceof Broken ? error.message : String(error instanceof Error ? error.stack : error);
    broken = `seed ${seed}: ${what}\n  ${world.log.slice(-60).join("\n  ")}`;
  }
  reconciling?.stop();
  for (const process of [...workers, current.process, ...(reconciling ? [reconciling.process] : [])])
    process.dead = true;
  const states = [...seen.values()].map(({ replay }) => replay.fields.state ?? "");
  return { seed, steps: world.log.length, faults, states, staleWrites, broken };
}

function compile(dsl: string) {
  const parsed = parseRule(dsl);
  if (!parsed.ok) throw new Error("the rule of the simulation does not parse");
  return compileRule(parsed.rule);
}
