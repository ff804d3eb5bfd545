import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  createReplays,
  createRuleStore,
  createShardQueue,
  createShardWorker,
  type Log,
  type Replays,
  type ReadBack,
  type ReplayStatus,
  type RuleStore,
  type ShardWorker,
  type ShardWorkerOptions,
  startReadBack,
  startReconciler,
  systemClock,
  systemIds,
} from "@betrace/replay";
import { createTempoClient, findTraces, type TempoClientOptions } from "@betrace/tempo";
import { startTempoLite, type TempoLite } from "@betrace/tempo-lite";
import { createViolationWriter, type ViolationWriterOptions } from "@betrace/violations";
import { Redis } from "ioredis";
import { type HttpFaults, startHttpFaults } from "./http-faults.js";
import { type RedisChild, startRedisChild } from "./redis-child.js";
import { RANGE_END_NS, RANGE_SECONDS, RANGE_START_NS, RULE, SHARD_SECONDS, sendTraces } from "./traces.js";

export const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** How long a worker may be silent before its shards go to others. The default of 30 s would only make the tests long. */
export const STAGE_LOCK_MS = 1_000;

/** What a worker of the stage may be made of. */
export interface WorkerParts {
  readonly tempo?: Partial<TempoClientOptions>;
  readonly writer?: Partial<ViolationWriterOptions>;
  readonly redisUrl?: string;
  readonly worker?: Partial<ShardWorkerOptions>;
  readonly log?: Log;
}

/** A redis-server, a trace store behind two fault-injecting proxies, the API's side of replays, and workers as wanted. */
export interface Stage {
  readonly redis: Redis;
  readonly redisChild: RedisChild;
  readonly store: TempoLite;
  readonly tempo: HttpFaults;
  readonly otlp: HttpFaults;
  readonly replays: Replays;
  readonly rules: RuleStore;
  readonly dataDir: string;
  worker(parts?: WorkerParts): ShardWorker;
  stopWorkers(): Promise<void>;
  /** Looks for acknowledged violations from now on, a while after each replay's end; ends with the stage. */
  startReadBack(afterMs: number): ReadBack;
  /** Run when the stage closes, before what it depends on is gone. */
  atClose(close: () => Promise<void>): void;
  /** A rule of its own with the same text (or this one), so that one run's violations are told from another's. */
  newRule(dsl?: string): Promise<string>;
  submit(ruleId: string, more?: { readonly idempotencyKey?: string; readonly shardSeconds?: number }): Promise<string>;
  until(replayId: string, limitMs: number): Promise<ReplayStatus>;
  /** All that may not depend on how a replay went: the status, the stored violations, the spans in the store. */
  answer(replayId: string, ruleId: string): Promise<unknown>;
  /** Ids of the traces that violate, from the violation spans in the store; of one version of the rule where that is said. */
  spansOf(ruleId: string, version?: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Starts everything on loopback. `keep`: Redis writes an append-only file, fsynced every second, and can be started again. */
export async function startStage(
  options: { readonly keep?: boolean; readonly retentionMs?: number; readonly maxAttributeBytes?: number } = {},
): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), "betrace-chaos-"));
  const redisChild = await startRedisChild(options.keep ? dataDir : undefined);
  const redis = new Redis(redisChild.url, { maxRetriesPerRequest: null });
  redis.on("error", () => {});
  const connection = { url: redisChild.url };
  const store = await startTempoLite({
    httpPort: 0,
    otlpPort: 0,
    ...(options.maxAttributeBytes !== undefined && { maxAttributeBytes: options.maxAttributeBytes }),
  });
  await sendTraces(store.otlpUrl);
  const tempo = await startHttpFaults(store.url);
  const otlp = await startHttpFaults(store.otlpUrl);
  const queue = createShardQueue({ connection, onError: () => {} });
  const rules = createRuleStore({ redis, clock: systemClock });
  const replays = createReplays({
    redis,
    queue,
    ruleStore: rules,
    clock: systemClock,
    ids: systemIds,
    ...(options.retentionMs !== undefined && { retentionMs: options.retentionMs }),
  });
  const reconciler = startReconciler({ redis, queue, clock: systemClock, log: SILENT, everyMs: 1_000 });
  const workers = new Set<{ stop(): Promise<void> }>();
  const atClose: (() => Promise<void>)[] = [];
  let ruleCount = 0;

  const stage: Stage = {
    redis,
    redisChild,
    store,
    tempo,
    otlp,
    replays,
    rules,
    dataDir,
    worker(parts = {}) {
      const url = parts.redisUrl ?? redisChild.url;
      const own = new Redis(url, { maxRetriesPerRequest: null });
      own.on("error", () => {});
      const client = createTempoClient({ url: tempo.url, requestTimeoutMs: 1_000, ...parts.tempo });
      const writer = createViolationWriter({ url: otlp.url, pace: { spansPerSecond: 1_000_000 }, ...parts.writer });
      const worker = createShardWorker({
        redis: own,
        connection: { url, options: { maxRetriesPerRequest: null } },
        tempo: client,
        writer,
        clock: systemClock,
        log: parts.log ?? SILENT,
        concurrency: 4,
        // All workers of a queue must agree on it: BullMQ looks for run-out locks once per interval, whoever looks.
        lockMs: STAGE_LOCK_MS,
        cancelPollMs: 100,
        ...parts.worker,
      });
      const entry = {
        async stop() {
          if (!workers.delete(entry)) return;
          await worker.close();
          await Promise.allSettled([client.close(), writer.close()]);
          own.disconnect();
        },
      };
      workers.add(entry);
      return { gauge: worker.gauge, close: entry.stop };
    },
    async stopWorkers() {
      await Promise.all([...workers].map((worker) => worker.stop()));
    },
    startReadBack(afterMs) {
      const client = createTempoClient({ url: tempo.url });
      const writer = createViolationWriter({ url: otlp.url });
      const readBack = startReadBack({
        redis,
        find: (request) => findTraces(client, request),
        writer,
        clock: systemClock,
        log: SILENT,
        afterMs,
        everyMs: 100,
      });
      atClose.push(async () => {
        await readBack.close();
        await Promise.allSettled([client.close(), writer.close()]);
      });
      return readBack;
    },
    atClose: (close) => void atClose.push(close),
    async newRule(dsl = RULE) {
      const id = `chaos-${++ruleCount}`;
      await rules.create({ id, name: "Slow query", dsl });
      return id;
    },
    async submit(ruleId, { idempotencyKey, shardSeconds = SHARD_SECONDS } = {}) {
      const { status } = await replays.submit({
        rules: { kind: "stored", ruleIds: [ruleId] },
        startNs: RANGE_START_NS,
        endNs: RANGE_END_NS,
        shardSeconds,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      });
      return status.replayId;
    },
    async until(replayId, limitMs) {
      const giveUpAt = Date.now() + limitMs;
      for (;;) {
        const status = await replays.status(replayId);
        if (status.state === "completed" || status.state === "failed" || status.state === "cancelled") return status;
        if (Date.now() > giveUpAt)
          throw new Error(`${replayId} is ${status.state} after ${limitMs} ms: ${JSON.stringify(status.shards)}`);
        await sleep(20);
      }
    },
    async answer(replayId, ruleId) {
      const status = await replays.status(replayId);
      const { items } = await replays.replayViolations(replayId, { limit: 1_000 });
      return {
        state: status.state,
        shards: { ...status.shards },
        traces: status.tracesEvaluated,
        violations: status.violationsFound,
        first: status.firstViolationNs,
        last: status.lastViolationNs,
        buckets: status.buckets.map((bucket) => bucket.violations),
        incomplete: status.incompleteWindowCount,
        stored: items.map((violation) => `${violation.traceId} ${violation.spanId}`).sort(),
        spans: await stage.spansOf(ruleId),
      };
    },
    async spansOf(ruleId, version) {
      const ofVersion = version === undefined ? "" : ` && span.betrace.violation.rule_version = ${version}`;
      const query = new URLSearchParams({
        q: `{ span.betrace.violation.rule_id = "${ruleId}"${ofVersion} } | select(span.betrace.violation.trace_id)`,
        start: String(RANGE_START_NS / 1_000_000_000n),
        end: String(Number(RANGE_START_NS / 1_000_000_000n) + RANGE_SECONDS),
        limit: "10000",
        spss: "100",
      });
      const response = await fetch(`${store.url}/api/search?${query}`);
      if (!response.ok)
        throw new Error(`the store was asked for its spans: ${response.status} ${await response.text()}`);
      const answer = (await response.json()) as SearchJson;
      return (answer.traces ?? [])
        .flatMap((trace) => (trace.spanSets ?? []).flatMap((set) => set.spans))
        .map((span) => span.attributes?.find(({ key }) => key.endsWith("violation.trace_id"))?.value.stringValue ?? "?")
        .sort();
    },
    async close() {
      // A row that fails while Redis is killed must say so: workers wait for Redis, however long it takes.
      await redisChild.start();
      await stage.stopWorkers();
      await Promise.all(atClose.map((close) => close()));
      await reconciler.close();
      await replays.jobsAdded();
      await queue.close();
      redis.disconnect();
      await Promise.all([tempo.close(), otlp.close(), store.close(), redisChild.close()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return stage;
}

interface SearchJson {
  readonly traces?: readonly {
    readonly spanSets?: readonly {
      readonly spans: readonly {
        readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
      }[];
    }[];
  }[];
}
