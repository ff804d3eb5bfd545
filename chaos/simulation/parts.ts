import {
  createReplays,
  createRuleStore,
  keysOf,
  type Log,
  type Reconciler,
  type Replays,
  type ShardDeps,
  startReconciler,
  type TraceSource,
} from "@betrace/replay";
import { TempoError } from "@betrace/tempo";
import { ViolationWriteError, type ViolationWriter } from "@betrace/violations";
import type { Redis } from "ioredis";
import { queueOf } from "./job-queue.js";
import { startOf } from "./sample.js";
import type { Story } from "./story.js";
import { watchedRedis } from "./watched-redis.js";
import type { Process } from "./world.js";

/** The code under test, as the process that runs it has it: its own connection, its own Tempo and receiver, each of which may fail. */

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** A reconciler that walks when it is told to, and never by itself. */
const NEVER_MS = 2_000_000_000;

export function replaysOf(story: Story, process: Process): Replays {
  const { world, jobs, clock, prefix } = story;
  const redis = hastyRedis(story, process);
  let ids = 0;
  return createReplays({
    redis,
    queue: queueOf(world, process, jobs),
    ruleStore: createRuleStore({ redis, clock, keyPrefix: prefix }),
    clock,
    ids: { replayId: () => `${process.name}-${++ids}` },
    keyPrefix: prefix,
  });
}

export function reconcilerOf(story: Story, process: Process): Reconciler {
  return startReconciler({
    redis: hastyRedis(story, process),
    queue: queueOf(story.world, process, story.jobs),
    clock: story.clock,
    log: SILENT,
    keyPrefix: story.prefix,
    everyMs: NEVER_MS,
  });
}

export function shardDepsOf(story: Story, process: Process): ShardDeps {
  const { world, redis, injected, fences, clock, maxFailures, maxCrashes, maxTracesPerShard } = story;
  const own = watchedRedis(world, process, redis, {
    on: () => story.storm,
    injected,
    patient: true,
    answered: fences.answered,
  });
  return {
    ledger: { redis: own, keys: keysOf(story.prefix) },
    source: sourceOf(story, process),
    writer: writerOf(story, process),
    compile: () => story.rule,
    clock,
    log: SILENT,
    maxFailures,
    maxCrashes,
    maxTracesPerShard,
  };
}

/** As the API has it: a reply that was lost is an error. */
function hastyRedis(story: Story, process: Process): Redis {
  const { world, redis, injected } = story;
  return watchedRedis(world, process, redis, {
    on: () => story.storm,
    injected,
    patient: false,
    answered: story.fences.answered,
  });
}

function sourceOf(story: Story, process: Process): TraceSource {
  const { world, random, traces, tempoFails, injected } = story;
  return {
    async scan({ startNs, endNs, onTraces, signal }) {
      const inside = traces.filter((trace) => startOf(trace) >= startNs && startOf(trace) < endNs);
      const size = 1 + random.below(3);
      const hole = story.storm && random.oneIn(15) ? { startNs, endNs: startNs + (endNs - startNs) / 2n } : undefined;
      for (let from = 0; from <= inside.length; from += size) {
        await world.gate(process, "scan");
        signal.throwIfAborted();
        if (story.storm && tempoFails > 0 && random.oneIn(tempoFails)) {
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
  };
}

function writerOf(story: Story, process: Process): ViolationWriter {
  const { world, random, written, injected } = story;
  return {
    async write(violations, signal) {
      await world.gate(process, "write");
      signal.throwIfAborted();
      if (story.storm && random.oneIn(12)) {
        injected("receiver: refuses");
        throw new ViolationWriteError("overloaded", "simulated", true);
      }
      for (const violation of violations) written.add(violation.traceId);
      if (story.storm && random.oneIn(12)) {
        injected("receiver: acknowledgement lost");
        throw new ViolationWriteError("timeout", "simulated", true);
      }
      await world.gate(process, "acknowledged");
    },
    close: async () => {},
  };
}
