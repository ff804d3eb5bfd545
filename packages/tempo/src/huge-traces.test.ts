import type { AttributeValue, Span, SpanField, Trace } from "@betrace/contracts";
import { startTempoLite, type TempoLite, type TempoLiteOptions } from "@betrace/tempo-lite";
import { expect } from "chai";
import {
  createTempoClient,
  readTraces,
  type ScanReport,
  type ScanRequest,
  scanWindow,
  type TempoClientOptions,
} from "./index.js";
import { type FaultyProxy, startFaultyProxy } from "./testing/faulty-proxy.js";
import { sendTraces, type TrueTrace } from "./testing/stored-traces.js";

const SECOND = 1_000_000_000n;
const START = 1_600_000_000n * SECOND;
const SECONDS = 300;
const GIANT = "9".repeat(32);
const GIANT_SPANS = 2_000;
const GIANT_AT = START + 100n * SECOND + SECOND / 2n;

/** Everything that one answer of this store may hold: fifty times less than Tempo's 16 MiB. */
const ANSWER_BYTES = 64 * 1024;

function span(nth: number, startNs: bigint, attributes: readonly (readonly [string, AttributeValue])[] = []): Span {
  return {
    spanId: `c${nth.toString(16).padStart(15, "0")}`,
    parentSpanId: nth === 1 ? "" : `c${"1".padStart(15, "0")}`,
    name: "step",
    service: "s",
    kind: "internal",
    status: "unset",
    statusMessage: "",
    startNs,
    durationNs: 1_000n,
    attributes: new Map(attributes),
    resource: new Map([["service.name", "s"]]),
  };
}

/** One a second, of three spans. */
const neighbours: readonly TrueTrace[] = Array.from({ length: SECONDS }, (_, second) => ({
  traceId: `1${second}`.padStart(32, "0"),
  spans: [1, 2, 3].map((nth) => span(nth, START + BigInt(second) * SECOND + BigInt(nth))),
}));

/** Lasts for a hundred seconds, so that it is in every part of that time. */
const giant: TrueTrace = {
  traceId: GIANT,
  spans: Array.from({ length: GIANT_SPANS }, (_, n) => span(n + 1, GIANT_AT + (BigInt(n) * SECOND) / 20n)),
};

describe("a scan of a window with a huge trace", () => {
  const signal = new AbortController().signal;
  let lite: TempoLite | undefined;
  let proxy: FaultyProxy | undefined;

  afterEach(async () => {
    await proxy?.close();
    await lite?.close();
    proxy = undefined;
    lite = undefined;
  });

  /** A store that holds these traces, behind a proxy that counts. */
  async function open(traces: readonly TrueTrace[], options: Partial<TempoLiteOptions> = {}): Promise<string> {
    lite = await startTempoLite({ httpPort: 0, otlpPort: 0, maxResponseBytes: ANSWER_BYTES, ...options });
    await sendTraces(lite.otlpUrl, traces);
    proxy = await startFaultyProxy(lite.url, () => false);
    return proxy.url;
  }

  async function scan(
    url: string,
    options: Partial<TempoClientOptions> = {},
    request: Partial<ScanRequest> = {},
  ): Promise<{ readonly report: ScanReport; readonly spans: ReadonlyMap<string, number>; readonly found: Trace[] }> {
    const client = createTempoClient({ url, maxAttempts: 1, ...options });
    const found: Trace[] = [];
    try {
      const report = await scanWindow(client, {
        startNs: START,
        endNs: START + BigInt(SECONDS) * SECOND,
        witnessFilter: 'name = "step"',
        candidateFilter: undefined,
        spanFields: [{ kind: "name" }],
        traceFields: [],
        signal,
        onTraces: (batch) => void found.push(...batch),
        ...request,
      });
      return { report, found, spans: new Map(found.map((trace) => [trace.traceId, trace.spans.length])) };
    } finally {
      await client.close();
    }
  }
  const countsOf = (traces: readonly TrueTrace[]) =>
    new Map(traces.map(({ traceId, spans }) => [traceId, spans.length]));
  const whole = { witnessFilter: undefined, traceFields: ["span_count"] } as const;

  for (const [how, request] of [
    ["its matching spans", {}],
    ["every trace in full", whole],
  ] as const) {
    it(`reads by id what no search can answer, where the rule needs ${how}`, async () => {
      const { report, spans } = await scan(await open([...neighbours, giant]), {}, request);
      expect(report.incomplete).to.deep.equal([]);
      expect(spans).to.deep.equal(countsOf([...neighbours, giant]));
      expect(report.fetchedById).to.equal(1);
      // Its hundred seconds are not cut into seconds, and these by trace id.
      expect(report.requests).to.be.below(25);
    });

    it(`skips a trace of too many spans alone, and says the limit, where the rule needs ${how}`, async () => {
      const { report, spans } = await scan(await open([...neighbours, giant]), { maxSpansPerTrace: 1_000 }, request);
      expect(spans).to.deep.equal(countsOf(neighbours));
      const reason = `trace ${GIANT} cannot be read in full: it has more than 1000 spans, the most that are read of one trace`;
      expect(report.incomplete).to.deep.equal([{ startNs: GIANT_AT, endNs: GIANT_AT + 1n, reason }]);
      expect(report.requests).to.be.below(25);
    });
  }

  it("skips a trace of too many bytes alone, and says the limit", async () => {
    const { report, spans } = await scan(await open([...neighbours, giant]), { maxResponseBytes: 100_000 });
    expect(spans).to.deep.equal(countsOf(neighbours));
    expect(report.incomplete.map(({ startNs, endNs }) => [startNs, endNs])).to.deep.equal([[GIANT_AT, GIANT_AT + 1n]]);
    expect(report.incomplete[0]?.reason).to.include("larger than 100000 bytes");
  });

  it("counts the spans of an answer before they are in memory, and reads less at a time", async () => {
    // Search may answer everything at once, 2,900 spans; a third of them fits.
    const url = await open([...neighbours, giant], { maxResponseBytes: 16 * 1024 * 1024 });
    const { report, spans } = await scan(url, { maxSpansInMemory: 1_000, maxSpansPerTrace: 500, paddingMs: 1_000 });
    expect(spans).to.deep.equal(countsOf(neighbours));
    expect(report.incomplete.map(({ startNs, endNs }) => [startNs, endNs])).to.deep.equal([[GIANT_AT, GIANT_AT + 1n]]);
  });

  it("counts long texts for what they take", async () => {
    const text = "x".repeat(2_000);
    const long = neighbours.map(({ traceId, spans: [first, ...others] }) => {
      const holder = { ...(first as Span), attributes: new Map([["text", text]]) };
      return { traceId, spans: [holder, ...others] };
    });
    const url = await open(long, { maxResponseBytes: 16 * 1024 * 1024 });
    const spanFields: readonly SpanField[] = [{ kind: "name" }, { kind: "attribute", key: "text" }];
    const options = { maxSpansInMemory: 1_200, paddingMs: 0 };
    const short = await scan(url, options, { spanFields: [{ kind: "name" }] });
    const { report, found } = await scan(url, options, { spanFields });
    expect(report.incomplete).to.deep.equal([]);
    expect(found.length).to.equal(SECONDS);
    for (const trace of found) {
      expect(trace.spans.map(({ attributes }) => attributes.get("text"))).to.have.members([text, undefined, undefined]);
    }
    expect(report.requests).to.be.greaterThan(short.report.requests);
  });

  it("decides a span of 5 MB and one of 10,000 attributes as any other", async () => {
    const text = "x".repeat(5 * 1024 * 1024);
    const many = Array.from({ length: 10_000 }, (_, n) => [`key.${n}`, n] as const);
    const traces: readonly TrueTrace[] = [
      ...neighbours,
      { traceId: GIANT, spans: [span(1, GIANT_AT, [["text", text]])] },
      { traceId: "8".repeat(32), spans: [span(1, GIANT_AT, many)] },
    ];
    const url = await open(traces, { maxResponseBytes: 16 * 1024 * 1024, maxAttributeBytes: 8 * 1024 * 1024 });
    const spanFields: readonly SpanField[] = [
      { kind: "name" },
      { kind: "attribute", key: "text" },
      { kind: "attribute", key: "key.9999" },
    ];
    // A line break cannot stand in a query: such a rule is read by id.
    const byId: SpanField = { kind: "attribute", key: "a\nb" };
    for (const fields of [spanFields, [...spanFields, byId]]) {
      const { report, found } = await scan(url, {}, { spanFields: fields, witnessFilter: "true" });
      expect(report.incomplete).to.deep.equal([]);
      expect(found.length).to.equal(traces.length);
      const spanOf = (id: string) => found.find(({ traceId }) => traceId === id)?.spans[0];
      expect(spanOf(GIANT)?.attributes.get("text")).to.have.length(text.length);
      expect([...(spanOf("8".repeat(32))?.attributes ?? [])]).to.deep.equal([["key.9999", 9_999]]);
    }
  });

  it("hands on whole traces a few at a time, and tells which it could not read", async () => {
    const client = createTempoClient({ url: await open([...neighbours, giant]), maxSpansInMemory: 600 });
    const pieces: number[] = [];
    try {
      const unread = await readTraces(client, {
        traceIds: [...neighbours, giant].map(({ traceId }) => traceId),
        startNs: START,
        endNs: START + BigInt(SECONDS) * SECOND,
        spanFields: [],
        signal,
        onTraces: (traces) => void pieces.push(traces.reduce((sum, { spans }) => sum + spans.length, 0)),
      });
      expect([...unread.keys()]).to.deep.equal([GIANT]);
      expect(unread.get(GIANT)).to.include("more than 400 spans");
    } finally {
      await client.close();
    }
    expect(pieces.reduce((sum, spans) => sum + spans, 0)).to.equal(3 * SECONDS);
    expect(Math.max(...pieces)).to.be.at.most(150);
  });
});
