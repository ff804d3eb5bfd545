import type { Span } from "@betrace/contracts";
import { startTempoLite, type TempoLite } from "@betrace/tempo-lite";
import { expect } from "chai";
import { createTempoClient, scanWindow, type TempoClient, TempoError } from "./index.js";
import { LONG_TRACE_SPANS, SPANS_PER_ANSWER } from "./limits.js";
import { type FaultyProxy, startFaultyProxy } from "./testing/faulty-proxy.js";
import { sendTraces, type TrueTrace } from "./testing/stored-traces.js";

const SECOND = 1_000_000_000n;
const START = 1_600_000_000n * SECOND;
const END = START + 60n * SECOND;
const LONG = "9".repeat(32);

function traceOf(traceId: string, startNs: bigint, spans: number): TrueTrace {
  const of = (nth: number): Span => ({
    spanId: `c${nth.toString(16).padStart(15, "0")}`,
    parentSpanId: nth === 0 ? "" : `c${"0".repeat(15)}`,
    name: "db.query",
    service: "s",
    kind: "client",
    status: "unset",
    statusMessage: "",
    startNs: startNs + BigInt(nth),
    durationNs: 1_000n,
    attributes: new Map(),
    resource: new Map([["service.name", "s"]]),
  });
  return { traceId, spans: Array.from({ length: spans }, (_, nth) => of(nth)) };
}

const short = Array.from({ length: 20 }, (_, at) =>
  traceOf(`1${at}`.padStart(32, "0"), START + BigInt(at) * SECOND, 3),
);
const long = traceOf(LONG, START + 30n * SECOND, LONG_TRACE_SPANS + 1);

describe("traces with very many spans that matter", () => {
  let lite: TempoLite;
  let proxy: FaultyProxy;
  let client: TempoClient;
  /** Whether Tempo takes too long to group the spans of the long trace. */
  let tooSlow = false;
  /** Whether it takes too long to give a trace by id. */
  let tooSlowById = false;
  /** Characters of a query that the proxy before Tempo lets pass. */
  let longestQuery = Number.POSITIVE_INFINITY;

  const isGrouped = (query: URLSearchParams): boolean => query.get("q")?.includes("by(span:id)") ?? false;
  const isCount = (query: URLSearchParams): boolean => query.has("q") && !isGrouped(query);
  const groupsLong = (query: URLSearchParams): boolean => isGrouped(query) && !query.get("q")?.includes(`!~ "${LONG}`);

  beforeEach(async () => {
    tooSlow = false;
    tooSlowById = false;
    longestQuery = Number.POSITIVE_INFINITY;
    lite = await startTempoLite({ httpPort: 0, otlpPort: 0 });
    proxy = await startFaultyProxy(lite.url, (path, query, response) => {
      if (tooSlowById && path.startsWith("/api/v2/traces/")) {
        response.writeHead(504).end("context deadline exceeded");
        return true;
      }
      if ((query.get("q")?.length ?? 0) > longestQuery) {
        response.writeHead(414).end();
        return true;
      }
      // A list of ids that are asked for does not name it.
      if (!tooSlow || !groupsLong(query) || query.get("q")?.includes("trace:id =~")) return false;
      response.writeHead(504).end("context deadline exceeded");
      return true;
    });
    client = createTempoClient({ url: proxy.url, fewWitnessTraces: 1_000 });
    await sendTraces(lite.otlpUrl, short);
  });
  afterEach(async () => {
    await client.close();
    await proxy.close();
    await lite.close();
  });

  /** Spans by trace, the requests that were made for them, and how many traces were read by id. */
  async function scan() {
    const { report, ...found } = await scanWithReport();
    expect(report.incomplete).to.deep.equal([]);
    return found;
  }
  async function scanWithReport() {
    proxy.seen.length = 0;
    const spans = new Map<string, number>();
    const report = await scanWindow(client, {
      startNs: START,
      endNs: END,
      witnessFilter: 'name = "db.query"',
      candidateFilter: undefined,
      spanFields: [{ kind: "name" }],
      traceFields: [],
      signal: new AbortController().signal,
      onTraces: (traces) => {
        for (const trace of traces) spans.set(trace.traceId, trace.spans.length);
      },
    });
    return { report, spans, queries: proxy.seen.map(({ query }) => query), byId: report.fetchedById };
  }
  const all = new Map([...short, long].map(({ traceId, spans }) => [traceId, spans.length]));

  it("are read by id, and never grouped", async () => {
    await sendTraces(lite.otlpUrl, [long]);
    for (let time = 0; time < 2; time++) {
      const { spans, queries, byId } = await scan();
      expect(spans).to.deep.equal(all);
      expect(byId).to.equal(1);
      expect(queries.filter(isGrouped)).to.have.length.greaterThan(0);
      expect(queries.filter(groupsLong)).to.have.length(0);
    }
  });

  it("are looked for until there were none, and again when one is met", async () => {
    const counts = async (): Promise<number> => (await scan()).queries.filter(isCount).length;
    expect(await counts()).to.equal(1);
    expect(await counts()).to.equal(0);
    await sendTraces(lite.otlpUrl, [long]);
    const met = await scan();
    expect(met.spans).to.deep.equal(all);
    expect(met.queries.filter(isCount)).to.have.length(0);
    expect(await counts()).to.equal(1);
  });

  it("are looked for in a way that says how many answers the spans of the others take", async () => {
    const enough = (2 * SPANS_PER_ANSWER) / 100;
    const many = Array.from({ length: enough }, (_, at) => traceOf(`2${at}`.padStart(32, "0"), START, 100));
    await sendTraces(lite.otlpUrl, [...many, long]);
    for (let time = 0; time < 2; time++) {
      const { spans, queries } = await scan();
      expect(spans).to.deep.equal(
        new Map([...short, ...many, long].map(({ traceId, spans }) => [traceId, spans.length])),
      );
      expect(queries.filter(isGrouped)).to.have.length(2);
    }
  });

  it("are looked for in a way that says whether the others fit in the part of the memory that is free for them", async () => {
    const spans = short.flatMap((trace) => trace.spans).length;
    await client.close();
    client = createTempoClient({ url: proxy.url, maxSpansInMemory: 2 * spans });
    const { queries, spans: found } = await scan();
    expect(found).to.deep.equal(new Map(short.map(({ traceId, spans }) => [traceId, spans.length])));
    expect(queries.filter(isCount)).to.have.length(1);
    expect(queries.filter(isGrouped)).to.have.length(1);
  });

  it("are left out as far as a query can name them", async () => {
    const many = Array.from({ length: 40 }, (_, at) =>
      traceOf(`7${at}`.padStart(32, "a"), START + BigInt(at) * SECOND, LONG_TRACE_SPANS + 1),
    );
    await sendTraces(lite.otlpUrl, many);
    longestQuery = 900;
    const { spans, byId } = await scan();
    expect(byId).to.be.within(10, many.length - 1);
    expect(spans).to.deep.equal(new Map([...short, ...many].map(({ traceId, spans }) => [traceId, spans.length])));
  });

  it("are left out where Tempo runs out of time over one that nobody expected", async () => {
    await scan();
    await sendTraces(lite.otlpUrl, [long]);
    tooSlow = true;
    const { spans, queries, byId } = await scan();
    expect(spans).to.deep.equal(all);
    expect(byId).to.equal(1);
    expect(queries.filter(isGrouped).length).to.be.below(4);
  });

  it("are named where Tempo runs out of time over one by its id, and the others are delivered", async () => {
    await client.close();
    client = createTempoClient({ url: proxy.url, maxAttempts: 2, random: () => 0 });
    await sendTraces(lite.otlpUrl, [long]);
    tooSlowById = true;
    const { report, spans } = await scanWithReport();
    expect(spans).to.deep.equal(new Map(short.map(({ traceId, spans }) => [traceId, spans.length])));
    const startNs = START + 30n * SECOND;
    expect(report.incomplete).to.have.length(1);
    expect(report.incomplete[0]).to.include({ startNs, endNs: startNs + 1n });
    expect(report.incomplete[0]?.reason)
      .to.include(LONG)
      .and.to.include("deadline exceeded. Raise Tempo's query timeout");
  });

  it("are not taken for giants where Tempo runs out of time over many", async () => {
    await client.close();
    client = createTempoClient({ url: proxy.url, maxAttempts: 2, random: () => 0 });
    const many = Array.from({ length: 10 }, (_, at) =>
      traceOf(`8${at}`.padStart(32, "a"), START, LONG_TRACE_SPANS + 1),
    );
    await sendTraces(lite.otlpUrl, many);
    tooSlowById = true;
    const error: unknown = await scanWithReport().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(TempoError);
    expect((error as TempoError).kind).to.equal("timeout");
  });
});
