import type { Trace } from "@betrace/contracts";
import type { CompiledRule } from "@betrace/dsl";
import { expect } from "chai";
import { Redis } from "ioredis";
import { claimShard } from "../ledger/claim-shard.js";
import { createReplay } from "../ledger/create-replay.js";
import { keysOf } from "../ledger/keys.js";
import type { LedgerContext } from "../ledger/ledger.js";
import { bucketGrid } from "../plan/buckets.js";
import { createCompiler } from "../rules/compile.js";
import { fieldsOf, statusOf } from "../status.js";
import { systemClock } from "../system.js";
import { SILENT } from "../testing/lab.js";
import { startTestRedis, type TestRedis, testPrefix } from "../testing/redis.js";
import { aTrace, DAY_START, HOUR_NS, memorySource, untilAborted } from "../testing/traces.js";
import { runShard, type ShardDeps } from "./run-shard.js";
import type { TraceSource } from "./trace-source.js";

const RETRY = 'trace.has(span.name == "retry")';
const NO_AUDIT = 'not trace.has(span.name == "audit.log")';
const JOB = { replayId: "rp_a", shardId: "s1" };

describe("running a shard", () => {
  let server: TestRedis;
  let redis: Redis;
  let ledger: LedgerContext;

  before(async () => {
    server = await startTestRedis();
    redis = new Redis(server.url);
  });
  after(async () => {
    redis.disconnect();
    await server.close();
  });

  async function accept(dsl: string): Promise<void> {
    ledger = { redis, keys: keysOf(testPrefix()) };
    const range = { startNs: DAY_START, endNs: DAY_START + HOUR_NS };
    const rule = { ruleId: "r", ruleVersion: 1, name: "R", dsl, severity: "low", annotations: {} } as const;
    await createReplay(ledger, {
      replayId: JOB.replayId,
      fields: fieldsOf(
        { rules: [rule], emit: true, ...range, buckets: bucketGrid(range.startNs, range.endNs) },
        { unsettledFromNs: undefined, retentionMs: 60_000, maxIncomplete: 10 },
      ),
      ruleIds: ["r"],
      shards: [{ shardId: JOB.shardId, ...range }],
      acceptedAtMs: 1_000,
      maxOpen: 3,
      idempotency: undefined,
    });
  }

  const deps = (source: TraceSource, more: Partial<ShardDeps> = {}): ShardDeps => ({
    ledger,
    source,
    writer: undefined,
    compile: createCompiler(),
    clock: systemClock,
    log: SILENT,
    ...more,
  });
  const options = { priority: 1, signal: new AbortController().signal };
  const status = async () => statusOf(await redis.hgetall(ledger.keys.replay(JOB.replayId)), Date.now());

  it("a trace of which no span matters is not even looked at where it cannot violate", async () => {
    await accept(RETRY);
    let evaluated = 0;
    const compile = (dsl: string): CompiledRule => {
      const rule = createCompiler()(dsl);
      return {
        ...rule,
        evaluate: (trace: Trace) => {
          evaluated++;
          return rule.evaluate(trace);
        },
      };
    };
    const traces = [1, 2, 3].map((id) => aTrace({ id, atNs: 1n, names: id === 1 ? ["a", "retry"] : ["a"] }));
    const outcome = await runShard(deps(memorySource(traces, ["retry"]), { compile }), JOB, options);
    expect(outcome).to.include({ kind: "committed", traces: 3, violations: 1 });
    // One for the trace with a witness, one to learn what the rule says of nothing.
    expect(evaluated).to.equal(2);
  });

  it("a trace on which evaluation breaks is reported, and the others are decided", async () => {
    await accept(RETRY);
    const compile = (dsl: string): CompiledRule => {
      const rule = createCompiler()(dsl);
      return {
        ...rule,
        evaluate: (trace: Trace) => {
          if (trace.traceId.endsWith("2")) throw new Error("boom");
          return rule.evaluate(trace);
        },
      };
    };
    const traces = [1, 2, 3].map((id) => aTrace({ id, atNs: 1n, names: ["retry"] }));
    expect(await runShard(deps(memorySource(traces), { compile }), JOB, options)).to.include({ kind: "committed" });
    const after = await status();
    expect(after).to.include({ state: "completed", violationsFound: 2, evaluationErrors: 1, incompleteWindowCount: 1 });
    expect(after.incompleteWindows[0]?.reason).to.match(/^evaluation broke on 1 traces, e\.g\. 0+2: boom$/);
  });

  it("a violating trace that can no longer be read is reported instead of being placed nowhere", async () => {
    await accept(NO_AUDIT);
    const source = memorySource([aTrace({ id: 1, atNs: 1n, names: ["a"] })], ["audit.log"]);
    const forgetful = { ...source, read: async () => new Map() };
    await runShard(deps(forgetful), JOB, options);
    expect(await status()).to.include({ tracesEvaluated: 1, violationsFound: 0, incompleteWindowCount: 1 });
  });

  it("a worker that was overtaken in the middle of its scan stores and counts nothing", async () => {
    await accept(RETRY);
    const source = memorySource([aTrace({ id: 1, atNs: 1n, names: ["retry"] })]);
    source.beforeScan = async () => {
      await claimShard(ledger, { ...JOB, nowMs: 2_000, maxCrashes: 9, priority: 1 });
    };
    expect(await runShard(deps(source), JOB, options)).to.deep.equal({ kind: "overtaken" });
    expect(await status()).to.include({ tracesEvaluated: 0, violationsFound: 0, violationsStored: 0 });
    expect(await redis.zcard(ledger.keys.violations)).to.equal(0);
  });

  it("a shard that is done is not scanned again", async () => {
    await accept(RETRY);
    const source = memorySource([]);
    expect(await runShard(deps(source), JOB, options)).to.include({ kind: "committed" });
    expect(await runShard(deps(source), JOB, options)).to.deep.equal({ kind: "skipped", why: "done" });
    expect(source.scans).to.have.length(1);
  });

  it("an abort hands the shard back", async () => {
    await accept(RETRY);
    const source = memorySource([]);
    source.beforeScan = ({ signal }) => untilAborted(signal);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("closing")), 20);
    const outcome = await runShard(deps(source), JOB, { priority: 1, signal: controller.signal });
    expect(outcome).to.deep.equal({ kind: "released" });
    expect((await status()).shards).to.include({ running: 0, done: 0, failed: 0 });
  });

  it("a bug is tried again like any failure, and given up with its message", async () => {
    await accept(RETRY);
    const source = memorySource([]);
    source.beforeScan = () => {
      throw new TypeError("x is not a function");
    };
    const outcome = await runShard(deps(source, { maxFailures: 2 }), JOB, options);
    expect(outcome).to.include({ kind: "retry" });
    const reason = "a bug: TypeError: x is not a function";
    expect(await runShard(deps(source, { maxFailures: 2 }), JOB, options)).to.deep.equal({ kind: "failed", reason });
    expect(await status()).to.include({ state: "failed" });
  });
});
