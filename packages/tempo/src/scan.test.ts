import { setTimeout as sleep } from "node:timers/promises";
import { countedSpans, type Span, type SpanField, type Trace, type TraceField } from "@betrace/contracts";
import { startTempoLite } from "@betrace/tempo-lite";
import { expect } from "chai";
import { createTempoClient, readTraces, type ScanReport, scanWindow, type TempoClient } from "./index.js";
import { randomFrom, randomTraces, sendTraces, type TrueTrace } from "./testing/stored-traces.js";

interface Store {
  readonly url: string;
  readonly otlpUrl: string;
  /** Milliseconds after which spans lie in a block, so that what comes later for the same trace is stored apart. */
  readonly flushMs?: number;
  close(): Promise<void>;
}

const { TEMPO_URL, OTEL_EXPORTER_OTLP_ENDPOINT } = process.env;

const signal = new AbortController().signal;
const SECOND = 1_000_000_000n;

function storeTests(name: string, seed: number, open: () => Promise<Store>): void {
  describe(`scanWindow against ${name}`, function () {
    this.timeout(120_000);
    const random = randomFrom(seed);
    // A time of our own, so that what others stored is not in it; Tempo files what is older than its slack (10 years) under now.
    const base = 1_500_000_000 + Math.floor(random() * 200_000) * 1000;
    const seconds = 40;
    const startNs = BigInt(base) * SECOND;
    const endNs = startNs + BigInt(seconds) * SECOND;
    let store: Store;
    let client: TempoClient;
    let truth: readonly TrueTrace[];

    before(async () => {
      store = await open();
      client = createTempoClient({ url: store.url, paddingMs: 10_000, fewWitnessTraces: 0 });
      const own: TrueTrace = ownTrace(startNs + 4n * SECOND, "77".padStart(32, "0"));
      truth = randomTraces(random, 400, base, seconds);
      const mixed: TrueTrace = {
        traceId: "78".padStart(32, "0"),
        spans: [...own.spans, plainSpan(startNs + 4n * SECOND)],
      };
      await sendTraces(store.otlpUrl, [own, mixed]);
      truth = [...truth, { ...mixed, spans: mixed.spans.slice(1) }];
      if (store.flushMs === undefined) {
        await sendTraces(store.otlpUrl, truth);
      } else {
        // Every second span comes late, into another block: most traces are in two parts, the root in either.
        const half = (odd: number) =>
          truth.map((trace) => ({ ...trace, spans: trace.spans.filter((_span, i) => i % 2 === odd) }));
        await sendTraces(store.otlpUrl, half(1));
        await sleep(store.flushMs);
        await sendTraces(store.otlpUrl, half(0));
      }
      const spans = truth.reduce((sum, trace) => sum + countedSpans(trace.spans).length, 0);
      await untilStored(client, startNs, endNs, spans);
    });
    after(async () => {
      await client.close();
      await store.close();
    });

    interface Case {
      readonly it: string;
      readonly plan: ScanReport["plan"];
      readonly witnessFilter: string | undefined;
      readonly candidateFilter?: string;
      readonly spanFields: readonly SpanField[];
      readonly traceFields?: readonly TraceField[];
      /** Whether the traces come whole, and which spans are expected. */
      readonly whole?: boolean;
      readonly keeps: (span: Span, trace: TrueTrace) => boolean;
      readonly byId?: true;
    }
    const named =
      (...names: string[]) =>
      (span: Span) =>
        names.includes(span.name);
    const region: SpanField = { kind: "attribute", key: "user.region" };
    const cases: readonly Case[] = [
      {
        it: "brings the witness spans of every trace, and traces without any",
        plan: "disjunction",
        witnessFilter: `name = "db.query" || status = error`,
        spanFields: [{ kind: "name" }, { kind: "status" }, { kind: "service" }, { kind: "attribute", key: "amount" }],
        keeps: (span) => span.name === "db.query" || span.status === "error",
      },
      {
        it: "sees through values that Tempo withholds",
        plan: "disjunction",
        witnessFilter: `name = "retry" || name = "checkout"`.replace(" || name", " || false || name"),
        spanFields: [{ kind: "name" }, region, { kind: "attribute", key: "http.status_code" }],
        keeps: named("retry", "checkout"),
        byId: true,
      },
      {
        it: "tells an attribute from its namesakes in another scope and among the intrinsics",
        plan: "whole_matches",
        witnessFilter: `span."kind" != nil || resource."user.region" != nil`,
        spanFields: [
          region,
          { kind: "resource", key: "user.region" },
          { kind: "attribute", key: "kind" },
          { kind: "kind" },
        ],
        keeps: (_span, trace) =>
          trace.spans.some((span) => span.attributes.has("kind") || span.resource.has("user.region")),
        byId: true,
      },
      {
        it: "brings whole traces when a rule reads fields of the trace",
        plan: "everything",
        witnessFilter: undefined,
        spanFields: [],
        traceFields: ["duration", "root.name"],
        whole: true,
        keeps: () => true,
      },
      {
        it: "reads no span when the rule reads none",
        plan: "enumeration",
        witnessFilter: undefined,
        spanFields: [],
        keeps: () => false,
      },
      {
        it: "reads the witnesses of candidates only",
        plan: "candidates",
        witnessFilter: `name = "db.query" || status = error`,
        candidateFilter: `name = "db.query"`,
        spanFields: [{ kind: "name" }, { kind: "status" }],
        keeps: (span, trace) =>
          trace.spans.some(named("db.query")) && (span.name === "db.query" || span.status === "error"),
      },
    ];
    for (const [few, first, then] of [
      [0, "bounds", "bounds"],
      [5, "bounds", "bounds"],
      [20_000, "disjunction", "disjunction"],
    ] as const) {
      it(`decides alike between bounds and by all witnesses, and knows next time which was cheaper (${few}: ${first})`, async () => {
        const asking = createTempoClient({ url: store.url, paddingMs: 10_000, fewWitnessTraces: few });
        const isQuery = named("db.query");
        const isRetry = named("retry");
        try {
          const requests: number[] = [];
          for (const plan of [first, then]) {
            const decided = new Map<string, boolean>();
            let empty = 0;
            const report = await scanWindow(asking, {
              startNs,
              endNs,
              witnessFilter: 'name = "db.query" || false || name = "retry"',
              candidateFilter: 'name = "db.query"',
              clear: { filter: 'name = "retry"', holds: (spans) => spans.some(isRetry) },
              spanFields: [{ kind: "name" }],
              traceFields: [],
              signal,
              onTraces: (traces) => {
                for (const { traceId, spans } of traces) {
                  decided.set(traceId, spans.some(isQuery) && !spans.some(isRetry));
                  if (spans.length === 0) empty++;
                }
              },
            });
            expect(report.plan, `seed ${seed}`).to.equal(plan);
            requests.push(report.requests);
            const expected = truth.map(({ traceId, spans }) => {
              const counted = countedSpans(spans);
              return [traceId, counted.some(isQuery) && !counted.some(isRetry)] as const;
            });
            expect([...decided].sort(), `seed ${seed}`).to.deep.equal(expected.sort());
            if (plan === "bounds") {
              const cleared = truth.filter(({ spans }) => spans.some(isQuery) && spans.some(isRetry)).length;
              expect(cleared).to.be.above(10);
              const without = truth.filter(({ spans }) => !spans.some((span) => isQuery(span) || isRetry(span))).length;
              if (store.flushMs === undefined) expect(empty).to.be.above(without + cleared / 2);
            }
          }
          if (few === 5) expect(requests[1], "the second scan asks at once").to.be.below(requests[0] ?? 0);
        } finally {
          await asking.close();
        }
      });
    }

    for (const one of cases) {
      it(`${one.it} (${one.plan})`, async () => {
        const found: Trace[] = [];
        const report = await scanWindow(client, {
          startNs,
          endNs,
          candidateFilter: undefined,
          traceFields: [],
          ...one,
          signal,
          onTraces: (traces) => {
            found.push(...traces);
          },
        });
        expect(report.incomplete, `seed ${seed}`).to.deep.equal([]);
        expect(report.plan).to.equal(one.plan);
        expect(report.traces).to.equal(truth.length);
        expect(report.unsettledFromNs).to.equal(undefined);
        if (one.byId !== true) expect(report.fetchedById).to.equal(0);
        const expected = truth.map((trace) => ({
          ...trace,
          spans: trace.spans.filter((span) => one.keeps(span, trace)),
        }));
        // A trace that came whole has more than its witnesses, which is allowed: compare what should be there at least.
        expect(shown(found, one.spanFields, one), `seed ${seed}`).to.deep.equal(shown(expected, one.spanFields, one));
      });
    }

    it("gives each trace to exactly one of the windows that tile a range", async () => {
      const cuts = [
        startNs,
        ...Array.from({ length: 6 }, () => startNs + BigInt(Math.floor(random() * seconds * 1e9))),
        endNs,
      ];
      cuts.sort((a, b) => (a < b ? -1 : 1));
      const seen: string[] = [];
      for (const [i, from] of cuts.slice(0, -1).entries()) {
        const to = cuts[i + 1] ?? endNs;
        if (from === to) continue;
        const expected = truth.filter(({ spans }) => within(first(spans), from, to)).map((trace) => trace.traceId);
        const got = await scanIds(client, from, to);
        expect([...got].sort(), `seed ${seed}`).to.deep.equal(expected.sort());
        seen.push(...got);
      }
      expect(seen.length).to.equal(truth.length);
      expect(new Set(seen).size).to.equal(truth.length);
    });

    it("splits windows that hold more than the limit, down to parts by trace id", async () => {
      const narrow = createTempoClient({ url: store.url, paddingMs: 10_000, maxResultLimit: 7 });
      try {
        const got = await scanIds(narrow, startNs + 5n * SECOND, startNs + 9n * SECOND);
        const expected = truth.filter(({ spans }) =>
          within(first(spans), startNs + 5n * SECOND, startNs + 9n * SECOND),
        );
        expect([...got].sort()).to.deep.equal(expected.map((trace) => trace.traceId).sort());
      } finally {
        await narrow.close();
      }
    });

    it("scans in smaller units when a window does not fit in memory", async () => {
      const small = createTempoClient({ url: store.url, paddingMs: 10_000, maxTracesInMemory: 50 });
      try {
        expect((await scanIds(small, startNs, endNs)).length).to.equal(truth.length);
      } finally {
        await small.close();
      }
    });

    it("waits for all of the memory, rather than call too dense what only its share cannot hold", async () => {
      const [from, to] = [startNs + 5n * SECOND, startNs + 6n * SECOND];
      const inside = truth.filter(({ spans }) => within(first(spans), from, to));
      // What is read of the second, with the padding after it: all of the memory holds it, copies and what is read again whole
      // included; a quarter of it, which is a scan's share, does not.
      const read = truth.filter(({ spans }) => within(first(spans), from, to + 2n * SECOND));
      const maxSpansInMemory = 2 * read.reduce((sum, { spans }) => sum + spans.length, 0);
      const small = createTempoClient({ url: store.url, paddingMs: 1_000, maxSpansInMemory });
      const scan = async (): Promise<string[]> => {
        const ids: string[] = [];
        const filter = { witnessFilter: "true", spanFields: [{ kind: "name" }], startNs: from, endNs: to } as const;
        const onTraces = (traces: readonly Trace[]) => void ids.push(...traces.map(({ traceId }) => traceId));
        const report = await scanWindow(small, { ...nothing, ...filter, onTraces });
        expect(report.incomplete).to.deep.equal([]);
        return ids.sort();
      };
      try {
        const expected = inside.map(({ traceId }) => traceId).sort();
        for (const ids of await Promise.all([scan(), scan(), scan()])) expect(ids).to.deep.equal(expected);
      } finally {
        await small.close();
      }
    });

    it("reads whole traces with their parents", async () => {
      const some = truth.slice(0, 20);
      const traces = new Map<string, Trace>();
      const unread = await readTraces(client, {
        traceIds: some.map((trace) => trace.traceId),
        startNs,
        endNs,
        spanFields: [],
        signal,
        onTraces: (read) => {
          for (const trace of read) traces.set(trace.traceId, trace);
        },
      });
      expect(unread.size).to.equal(0);
      expect(traces.size).to.equal(some.length);
      for (const { traceId, spans } of some) {
        const got = traces.get(traceId);
        expect(got?.complete).to.equal(true);
        const links = (all: readonly Span[]) =>
          all.map((span) => `${span.spanId} ${span.parentSpanId} ${span.kind}`).sort();
        expect(links(got?.spans ?? [])).to.deep.equal(links(countedSpans(spans)));
      }
    });

    it("says from where on the data may still change", async () => {
      const nowMs = (base + 30) * 1000;
      const young = createTempoClient({ url: store.url, now: () => nowMs, settleTimeMs: 10_000 });
      try {
        const report = await scanWindow(young, { ...nothing, startNs, endNs, onTraces: () => {} });
        expect(report.unsettledFromNs).to.equal(startNs + 20n * SECOND);
      } finally {
        await young.close();
      }
    });
  });
}

const nothing = {
  witnessFilter: undefined,
  candidateFilter: undefined,
  spanFields: [],
  traceFields: [],
  signal,
} as const;

async function scanIds(client: TempoClient, startNs: bigint, endNs: bigint): Promise<string[]> {
  const ids: string[] = [];
  const report = await scanWindow(client, {
    ...nothing,
    startNs,
    endNs,
    onTraces: (traces) => {
      ids.push(...traces.map((trace) => trace.traceId));
    },
  });
  expect(report.incomplete).to.deep.equal([]);
  expect(report.traces).to.equal(ids.length);
  return ids;
}

const first = (spans: readonly Span[]): bigint =>
  spans.reduce((min, span) => (span.startNs < min ? span.startNs : min), spans[0]?.startNs ?? 0n);
const within = (ns: bigint, from: bigint, to: bigint): boolean => ns >= from && ns < to;

async function untilStored(client: TempoClient, startNs: bigint, endNs: bigint, expected: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    let spans = 0;
    await scanWindow(client, {
      ...nothing,
      traceFields: ["duration"],
      startNs,
      endNs,
      onTraces: (traces) => {
        spans += traces.reduce((sum, trace) => sum + trace.spans.length, 0);
      },
    });
    if (spans >= expected) return;
    if (tries > 40) throw new Error(`expected ${expected} spans to be stored, found ${spans}`);
    await sleep(1000);
  }
}

/** A trace that BeTrace wrote: one span with the marker. */
function ownTrace(startNs: bigint, traceId: string): TrueTrace {
  const resource = new Map([["service.name", "betrace"]]);
  const attributes = new Map([["betrace.violation.rule_id", "r"]]);
  const span: Span = {
    spanId: "1234567890abcdef",
    parentSpanId: "",
    name: "betrace.violation",
    service: "betrace",
    kind: "internal",
    status: "error",
    statusMessage: "",
    startNs,
    durationNs: 1n,
    attributes,
    resource,
  };
  return { traceId, spans: [span] };
}

function plainSpan(startNs: bigint): Span {
  const [span] = ownTrace(startNs, "").spans;
  if (span === undefined) throw new Error("a trace of one span has one");
  return { ...span, spanId: "1234567890abcdee", name: "retry", attributes: new Map() };
}

/** Traces in a form to compare: only what was asked for, in a fixed order; of whole traces, only the spans a test expects. */
function shown(
  traces: readonly TrueTrace[],
  fields: readonly SpanField[],
  { keeps }: { keeps: (span: Span, trace: TrueTrace) => boolean },
): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  const sorted = [...traces].sort((a, b) => (a.traceId < b.traceId ? -1 : 1));
  for (const trace of sorted) {
    const complete = "complete" in trace && trace.complete === true;
    const spans = complete ? trace.spans.filter((span) => keeps(span, trace)) : trace.spans;
    result[trace.traceId] = countedSpans(spans)
      .map((span) => spanText(span, fields))
      .sort();
  }
  return result;
}

function spanText(span: Span, fields: readonly SpanField[]): string {
  const parts = fields.map((field) => {
    if (field.kind === "attribute") return `${field.key}=${valueText(span.attributes.get(field.key))}`;
    if (field.kind === "resource") return `resource ${field.key}=${valueText(span.resource.get(field.key))}`;
    if (field.kind === "duration") return `${span.durationNs}`;
    if (field.kind === "status_message") return span.statusMessage;
    return `${span[field.kind]}`;
  });
  return [span.startNs, span.durationNs, span.kind, ...parts].join(" ");
}

const valueText = (value: unknown): string => `${typeof value}:${String(value)}`;

storeTests("tempo-lite", 1, () => startTempoLite({ httpPort: 0, otlpPort: 0 }));
if (TEMPO_URL !== undefined && OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) {
  storeTests(`Tempo at ${TEMPO_URL}`, Date.now() % 1_000_000, async () => ({
    url: TEMPO_URL,
    otlpUrl: OTEL_EXPORTER_OTLP_ENDPOINT,
    flushMs: 20_000,
    close: async () => {},
  }));
} else {
  describe("scanWindow against a real Tempo", () => {
    it.skip("needs TEMPO_URL and OTEL_EXPORTER_OTLP_ENDPOINT");
  });
}
