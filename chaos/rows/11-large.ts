import { DEFAULT_MAX_SPANS_PER_TRACE } from "@betrace/tempo";
import { must, type Row } from "../row.js";
import { type Giant, sendGiant } from "../stage/giants.js";
import { type Service, spawnService } from "../stage/spawn-service.js";
import { type Stage, startStage } from "../stage/stage.js";
import { RANGE_SECONDS, RANGE_START_NS, RULE, TRACES, traceIdOf, violates } from "../stage/traces.js";

/** What a worker takes of memory at most; `docs/operating.md` tells people to give it as much. */
const MAX_RESIDENT_BYTES = 1_000_000_000;
/** As the image starts it. */
const NODE_OPTIONS = ["--max-old-space-size=512"];

const TEXT_BYTES = 5_000_000;
const MANY_ATTRIBUTES = 10_000;

/** True of the long text by its end, of the last of many attributes, and of many spans: what only a whole trace tells. */
const WHOLE_RULE = `trace.has(span.attributes["text"] ends_with "end") or trace.has(span.attributes["key.${MANY_ATTRIBUTES - 1}"] == 1)
  or trace.span_count >= ${DEFAULT_MAX_SPANS_PER_TRACE}`;

/** Halfway between two of the stage's traces. */
const startOf = (nth: number) => RANGE_START_NS + BigInt(nth * 400 + 5) * 1_000_000_000n;
const query = () => ({ name: "db.query" });

const large: Giant = {
  traceId: "a".repeat(32),
  startNs: startOf(1),
  spanCount: DEFAULT_MAX_SPANS_PER_TRACE,
  spanAt: query,
};
const tooLarge: Giant = { ...large, traceId: "b".repeat(32), startNs: startOf(2), spanCount: large.spanCount + 1 };
const longText: Giant = {
  traceId: "c".repeat(32),
  startNs: startOf(3),
  spanCount: 1,
  spanAt: () => ({ name: "db.query", attributes: [["text", `${"x".repeat(TEXT_BYTES)}end`]] }),
};
const manyAttributes: Giant = {
  traceId: "d".repeat(32),
  startNs: startOf(4),
  spanCount: 1,
  spanAt: () => ({
    name: "db.query",
    attributes: Array.from(
      { length: MANY_ATTRIBUTES },
      (_, n) => [`key.${n}`, n === MANY_ATTRIBUTES - 1 ? 1 : 0] as const,
    ),
  }),
};
const GIANTS = [large, tooLarge, longText, manyAttributes];

const neighbours = Array.from({ length: TRACES }, (_, n) => n);
/** Each rule by the way it is decided, and the traces that violate it. All giants query without a retry. */
const RULES = [
  {
    how: "search",
    dsl: RULE,
    violating: [...neighbours.filter(violates).map(traceIdOf), ...idsOf([large, longText, manyAttributes])],
  },
  { how: "whole traces", dsl: WHOLE_RULE, violating: idsOf([large, longText, manyAttributes]) },
];

/** Traces larger than any that should be, among ordinary ones, and a worker as shipped. */
export const largeTraces: Row = {
  id: "11",
  title: "traces of 200,000 spans, attributes of 5 MB, 10,000 attributes",
  async run() {
    const stage = await startStage({ maxAttributeBytes: 2 * TEXT_BYTES });
    let worker: Service | undefined;
    try {
      for (const giant of GIANTS) await sendGiant(stage.store.otlpUrl, giant);
      worker = await spawnService(
        "worker",
        {
          REDIS_URL: stage.redisChild.url,
          TEMPO_URL: stage.tempo.url,
          OTEL_EXPORTER_OTLP_ENDPOINT: stage.store.otlpUrl,
          TEMPO_REQUEST_TIMEOUT: "5m",
        },
        NODE_OPTIONS,
      );
      const idle = worker.peakResidentBytes();
      const replays = await Promise.all(RULES.map((rule) => replay(stage, rule)));
      const peak = worker.peakResidentBytes();
      must(
        peak === undefined || peak <= MAX_RESIDENT_BYTES,
        `the worker took ${mebibytes(peak)} at its peak, the promise is ${mebibytes(MAX_RESIDENT_BYTES)}`,
      );
      must((await worker.metric("betrace_worker_shards_retried_total")) === 0, "a shard was tried again");
      return [
        ...replays,
        `${stage.tempo.seen.requests} requests; the worker's memory ${mebibytes(idle)} before, ${mebibytes(peak)} at its peak (promise ${mebibytes(MAX_RESIDENT_BYTES)}, heap limited to 512 MiB)`,
      ];
    } finally {
      await worker?.stop();
      await stage.close();
    }
  },
};

async function replay(stage: Stage, { how, dsl, violating }: (typeof RULES)[number]): Promise<string> {
  const rule = await stage.newRule(dsl);
  const startedAt = Date.now();
  const id = await stage.submit(rule, { shardSeconds: RANGE_SECONDS });
  const ended = await stage.until(id, 10 * 60_000);
  const seconds = (Date.now() - startedAt) / 1_000;
  must(ended.state === "completed", `by ${how}: ${ended.state}, ${JSON.stringify(ended.incompleteWindows, printable)}`);
  const [skipped, ...others] = ended.incompleteWindows;
  const expected = `trace ${tooLarge.traceId} cannot be read in full: it has more than ${DEFAULT_MAX_SPANS_PER_TRACE} spans`;
  must(
    ended.incompleteWindowCount === 1 && others.length === 0 && skipped !== undefined,
    `by ${how}: ${ended.incompleteWindowCount} incomplete windows: ${JSON.stringify(ended.incompleteWindows, printable)}`,
  );
  must(skipped.startNs === tooLarge.startNs && skipped.endNs === tooLarge.startNs + 1n, `by ${how}: another instant`);
  must(skipped.reason.startsWith(expected), `by ${how}: skipped because ${skipped.reason}`);
  must(ended.tracesEvaluated === TRACES + GIANTS.length - 1, `by ${how}: ${ended.tracesEvaluated} traces`);
  const { items } = await stage.replays.replayViolations(id, { limit: 1_000 });
  const found = items.map(({ traceId }) => traceId).sort();
  must(found.join() === [...violating].sort().join(), `by ${how}: ${found.length} violations: ${found}`);
  const counted = items.find(({ traceId }) => traceId === large.traceId)?.witnessCount;
  must(dsl !== RULE || counted === large.spanCount, `by ${how}: ${counted} witnesses of ${large.spanCount}`);
  return `by ${how}, ${seconds.toFixed(1)} s: ${ended.violationsFound} violations in ${ended.tracesEvaluated} traces, exact, ${ended.fetchedById} read by id; one of ${tooLarge.spanCount.toLocaleString("en-US")} spans skipped: "${skipped.reason}"`;
}

function idsOf(giants: readonly Giant[]): readonly string[] {
  return giants.map(({ traceId }) => traceId);
}

const printable = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

const mebibytes = (bytes: number | undefined): string =>
  bytes === undefined ? "unknown" : `${Math.round(bytes / 2 ** 20)} MiB`;
