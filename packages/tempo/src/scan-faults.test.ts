import type { ServerResponse } from "node:http";
import type { Span, Trace } from "@betrace/contracts";
import { startTempoLite, type TempoLite } from "@betrace/tempo-lite";
import { expect } from "chai";
import { createTempoClient, type ScanReport, type ScanRequest, scanWindow, TempoError } from "./index.js";
import { type FaultyProxy, startFaultyProxy } from "./testing/faulty-proxy.js";
import { sendTraces, type TrueTrace } from "./testing/stored-traces.js";

const BASE = 1_600_000_000;
const SECOND = 1_000_000_000n;
const at = (second: number): bigint => BigInt(BASE + second) * SECOND;

/** One trace a second, `1…`, each of one span `step`; of every tenth also a second one, `rare`. */
function storedTrace(second: number): TrueTrace {
  const span = (name: string, nth: number): Span => ({
    spanId: `${nth}`.padStart(16, "c"),
    parentSpanId: "",
    name,
    service: "s",
    kind: "internal",
    status: "unset",
    statusMessage: "",
    startNs: at(second) + 500_000_000n,
    durationNs: 1000n,
    attributes: new Map(),
    resource: new Map([["service.name", "s"]]),
  });
  return {
    traceId: `1${second}`.padStart(32, "0"),
    spans: second % 10 === 0 ? [span("step", 1), span("rare", 2)] : [span("step", 1)],
  };
}

describe("a scan of a store that misbehaves", () => {
  let lite: TempoLite;
  let proxy: FaultyProxy | undefined;
  const traces = Array.from({ length: 100 }, (_unused, second) => storedTrace(second));
  const never = new AbortController().signal;

  before(async () => {
    lite = await startTempoLite({ httpPort: 0, otlpPort: 0 });
    await sendTraces(lite.otlpUrl, traces);
  });
  afterEach(async () => {
    await proxy?.close();
    proxy = undefined;
  });
  after(() => lite.close());

  type Fault = (path: string, query: URLSearchParams, response: ServerResponse) => boolean;

  async function scan(
    fault: Fault,
    request: Partial<ScanRequest> = {},
  ): Promise<{ report: ScanReport; seconds: number[]; found: Trace[] }> {
    proxy = await startFaultyProxy(lite.url, fault);
    const client = createTempoClient({
      url: proxy.url,
      paddingMs: 5000,
      random: () => 0,
      maxAttempts: 2,
      fewWitnessTraces: 0,
    });
    const found: Trace[] = [];
    try {
      const report = await scanWindow(client, {
        startNs: at(0),
        endNs: at(100),
        witnessFilter: 'name = "step"',
        candidateFilter: undefined,
        spanFields: [{ kind: "name" }],
        traceFields: [],
        signal: never,
        onTraces: (batch) => {
          found.push(...batch);
        },
        ...request,
      });
      const seconds = found.map((trace) => Number(trace.traceId.replace(/^0*1/, ""))).sort((a, b) => a - b);
      return { report, seconds, found };
    } finally {
      await client.close();
    }
  }
  const asks = (query: URLSearchParams, word: string) => query.get("q")?.includes(word) === true;
  const fail = (response: ServerResponse, status: number, body: string): true => {
    response.writeHead(status, { "content-type": "text/plain" }).end(body);
    return true;
  };
  const rejected = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  const all = traces.map((_trace, second) => second);

  it("delivers no trace whose spans may be missing, and names its window", async () => {
    const broken: Fault = (_path, query, response) => {
      const covers = Number(query.get("start")) <= BASE + 50 && Number(query.get("end")) > BASE + 50;
      return asks(query, 'name = "step"') && covers && fail(response, 500, "response larger than the max (2 vs 1)");
    };
    const { report, seconds } = await scan(broken);
    expect(report.incomplete.length).to.equal(1);
    const [gap] = report.incomplete;
    expect(gap?.reason).to.include("response larger than the max");
    // Spans of [50, 51] are missing; a trace that started up to 5 s before may have some there.
    expect([gap?.startNs, gap?.endNs]).to.deep.equal([at(45), at(51) + 1n]);
    expect(seconds).to.deep.equal(all.filter((second) => second < 45 || second > 50));
    expect(report.traces).to.equal(seconds.length);
  });

  it("delivers no trace that may have begun where the enumeration is blind", async () => {
    const broken: Fault = (_path, query, response) => {
      const covers = Number(query.get("start")) <= BASE + 50 && Number(query.get("end")) > BASE + 50;
      return (
        !asks(query, "span.") &&
        !asks(query, "select(") &&
        covers &&
        fail(response, 500, "response larger than the max")
      );
    };
    const { report, seconds } = await scan(broken);
    expect(report.incomplete.map(({ startNs, endNs }) => [startNs, endNs])).to.deep.equal([[at(50), at(56) + 1n]]);
    expect(seconds).to.deep.equal(all.filter((second) => second < 50 || second > 55));
  });

  it("never takes a truncated trace for an answer", async () => {
    const nilled: Fault = (path, query, response) => {
      if (path.startsWith("/api/v2/traces/")) {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(
          JSON.stringify({ trace: {}, status: "PARTIAL", message: "Trace exceeds maximum size of 5 bytes" }),
        );
        return true;
      }
      if (asks(query, "trace:id") || (asks(query, "select(") && cutOnce(response))) {
        return asks(query, "trace:id") ? fail(response, 414, "URI too long") : true;
      }
      return false;
    };
    // One trace of the witness answer lacks spans that matched; the list of its one id is too long; by id it is cut.
    const cutOnce = (response: ServerResponse): boolean => {
      const spans = [{ spanID: "c", startTimeUnixNano: String(at(7)), durationNanos: "1" }];
      const trace = { traceID: "17", startTimeUnixNano: String(at(7)), spanSets: [{ matched: 9, spans }] };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ traces: [trace], metrics: { completedJobs: 1, totalJobs: 1 } }));
      return true;
    };
    const { report, seconds } = await scan(nilled);
    expect(report.fetchedById).to.equal(1);
    expect(seconds).to.deep.equal(all.filter((second) => second !== 7));
    const startNs = at(7) + 500_000_000n;
    expect(report.incomplete).to.have.length(1);
    expect(report.incomplete[0]).to.include({ startNs, endNs: startNs + 1n });
    expect(report.incomplete[0]?.reason).to.include("Trace exceeds maximum size");
  });

  it("sends shorter lists of ids to a server that calls a list too long", async () => {
    const short: Fault = (_path, query, response) =>
      (query.get("q")?.length ?? 0) > 300 && fail(response, 414, "URI too long");
    const { report, found } = await scan(short, { traceFields: ["duration"], candidateFilter: 'name = "step"' });
    expect(report.plan).to.equal("candidates");
    expect(report.incomplete).to.deep.equal([]);
    expect(found.filter((trace) => trace.complete).length).to.equal(100);
    expect(report.fetchedById).to.equal(0);
  });

  it("reads only what candidates need", async () => {
    const { report, found } = await scan(() => false, {
      witnessFilter: 'name = "step" || false || name = "rare"',
      candidateFilter: 'name = "rare"',
    });
    expect(report.plan).to.equal("candidates");
    expect(found.length).to.equal(100);
    expect(found.filter((trace) => trace.spans.length > 0).length).to.equal(10);
  });

  it("throws for malformed bodies, whatever the encoding", async () => {
    for (const type of ["application/protobuf", "application/json"]) {
      const garbled: Fault = (_path, query, response) => {
        if (!asks(query, "select(")) return false;
        response.writeHead(200, { "content-type": type }).end("\x0a\xff\xff\xff\x7fnonsense");
        return true;
      };
      const error = await rejected(scan(garbled));
      expect(error).to.be.instanceOf(TempoError);
      expect((error as TempoError).kind).to.equal("protocol");
      await proxy?.close();
    }
  });

  it("never takes an empty body, or JSON that is no search answer, for a window without traces", async () => {
    for (const [type, body] of [
      ["application/protobuf", ""],
      ["application/json", "{}"],
      ["application/json", '{"status":"ok"}'],
    ] as const) {
      const lost: Fault = (_path, _query, response) => {
        response.writeHead(200, { "content-type": type }).end(body);
        return true;
      };
      const error = await rejected(scan(lost));
      expect(error, `${type} ${body}`).to.be.instanceOf(TempoError);
      expect((error as TempoError).kind).to.equal("protocol");
      await proxy?.close();
    }
  });

  it("asks again, once, for an answer that came malformed", async () => {
    let malformed = 0;
    const once: Fault = (_path, query, response) => {
      if (!asks(query, "select(") || malformed++ > 0) return false;
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>");
      return true;
    };
    const { report, seconds } = await scan(once);
    expect(malformed).to.be.greaterThan(1);
    expect(report.incomplete).to.deep.equal([]);
    expect(seconds).to.deep.equal(all);
  });

  it("throws when Tempo stays away, and asks nothing afterwards", async () => {
    const away: Fault = (_path, query, response) =>
      asks(query, "select(") && fail(response, 503, "no healthy queriers");
    const error = await rejected(scan(away));
    expect(error).to.be.instanceOf(TempoError);
    expect((error as TempoError).kind).to.equal("unreachable");
    const asked = proxy?.seen.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(proxy?.seen.length).to.equal(asked);
  });

  it("ends with the reason of an abort, and delivers nothing more", async () => {
    const controller = new AbortController();
    const reason = new Error("cancelled");
    const hang: Fault = (_path, query) => {
      if (!asks(query, "select(")) return false;
      setTimeout(() => controller.abort(reason), 20);
      return true;
    };
    const startedAt = performance.now();
    expect(await rejected(scan(hang, { signal: controller.signal }))).to.equal(reason);
    expect(performance.now() - startedAt).to.be.below(2000);
  });

  it("passes on what the consumer throws", async () => {
    const bug = new Error("consumer");
    const onTraces = () => {
      throw bug;
    };
    expect(await rejected(scan(() => false, { onTraces }))).to.equal(bug);
  });
});
