import type { ServerResponse } from "node:http";
import { expect } from "chai";
import { createTempoClient, type TempoClient } from "./client/client.js";
import { TempoError } from "./client/error.js";
import type { TempoClientOptions } from "./client/options.js";
import { spansOf, TRACES } from "./decode/reading.js";
import { SPANS_PER_ANSWER } from "./limits.js";
import { SpanRoom } from "./span-room.js";
import {
  answerJson,
  asJson,
  type FakeTempo,
  type StoredTrace,
  searchOf,
  startFakeTempo,
} from "./testing/fake-tempo.js";
import { type Gap, newPace, readWindow } from "./window.js";

const BASE = 1_700_000_000;

function tracesAt(perSecond: readonly number[]): StoredTrace[] {
  return perSecond.flatMap((many, second) =>
    Array.from({ length: many }, (_unused, i) => ({
      id: `${((i % 15) + 1).toString(16)}${((i * 7) % 16).toString(16)}${second}f${i}`.padStart(32, "0"),
      startNs: BigInt(BASE + second) * 1_000_000_000n + BigInt(i + 1),
    })),
  );
}

describe("reading a window", () => {
  let tempo: FakeTempo;
  let client: TempoClient;
  afterEach(async () => {
    await client.close();
    await tempo.close();
  });

  async function read(
    answer: (query: URLSearchParams, response: ServerResponse) => void,
    options: Partial<TempoClientOptions> = {},
    seconds = 64,
    signal = new AbortController().signal,
  ): Promise<{ ids: string[]; gaps: readonly Gap[] }> {
    tempo = await startFakeTempo(answer);
    client = createTempoClient({ url: tempo.url, random: () => 0, ...options });
    const ids = new Set<string>();
    const gaps = await readWindow({
      client,
      range: { startSeconds: BASE, endSeconds: BASE + seconds },
      query: (traces) => traces && `{ ${traces} }`,
      reading: TRACES,
      pace: newPace(),
      signal,
      meter: { requests: 0, bytes: 0 },
      onAnswer: ({ hits }) => {
        for (const hit of hits) ids.add(hit.traceId);
      },
    });
    return { ids: [...ids].sort(), gaps };
  }
  const idsOf = (traces: readonly StoredTrace[]) => traces.map((trace) => trace.id).sort();

  it("takes one request where everything fits", async () => {
    const traces = tracesAt([3, 0, 5]);
    const { ids, gaps } = await read((query, response) => answerJson(response, asJson(searchOf(traces, query))));
    expect(ids).to.deep.equal(idsOf(traces));
    expect(gaps).to.deep.equal([]);
    expect(tempo.requests.length).to.equal(1);
  });

  it("halves windows at the limit until each part is below it", async () => {
    const traces = tracesAt(Array.from({ length: 64 }, (_unused, second) => (second % 7) + 1));
    const { ids, gaps } = await read((query, response) => answerJson(response, asJson(searchOf(traces, query))), {
      maxResultLimit: 20,
    });
    expect(ids).to.deep.equal(idsOf(traces));
    expect(gaps).to.deep.equal([]);
  });

  it("parts a second that is too full by trace id", async () => {
    const traces = tracesAt([500]);
    const { ids, gaps } = await read((query, response) => answerJson(response, asJson(searchOf(traces, query))), {
      maxResultLimit: 30,
    });
    expect(ids).to.deep.equal(idsOf(traces));
    expect(gaps).to.deep.equal([]);
    const prefixes = tempo.requests.flatMap(({ query }) => /"(.*)"/.exec(query.get("q") ?? "")?.[1] ?? []);
    expect(prefixes).to.include.members(["1.*", "f.*", "1|10.*", "1f.*"]);
    expect(prefixes.some((prefix) => prefix.startsWith("0"))).to.equal(false);
  });

  it("reports a second that no splitting makes small enough", async () => {
    const traces = [...tracesAt([600]), { id: "1".padStart(32, "0"), startNs: BigInt(BASE + 40) * 1_000_000_000n }];
    const { ids, gaps } = await read((query, response) => answerJson(response, asJson(searchOf(traces, query))), {
      maxResultLimit: 2,
    });
    expect(ids).to.include("1".padStart(32, "0"));
    expect(gaps.length).to.be.above(0);
    for (const gap of gaps) {
      expect(gap.startSeconds).to.equal(BASE);
      expect(gap.endSeconds).to.equal(BASE + 1);
      expect(gap.reason).to.include("too much for one answer");
    }
  });

  it("asks for no more of a second once a part of it cannot be read", async () => {
    const { gaps } = await read((query, response) => {
      const bad = Number(query.get("start")) <= BASE + 10 && Number(query.get("end")) > BASE + 10;
      if (bad) response.writeHead(500).end("response larger than the max (17000000 vs 16777216)\n");
      else answerJson(response, asJson([]));
    });
    const seconds = gaps.map(({ startSeconds, endSeconds }) => [startSeconds - BASE, endSeconds - BASE]);
    expect(seconds).to.deep.equal([[10, 11]]);
    // 6 halvings, 15 parts by the first digit, and what was under way of 240 parts by the second.
    expect(tempo.requests.length).to.be.below(80);
  });

  it("halves on Tempo's 'response larger than the max', and on a range it does not allow", async () => {
    const traces = tracesAt(Array.from({ length: 64 }, () => 2));
    const { ids, gaps } = await read((query, response) => {
      const seconds = Number(query.get("end")) - Number(query.get("start"));
      if (seconds > 32)
        response.writeHead(400).end("range specified by start and end exceeds 32s. received start=1 end=2");
      else if (seconds > 8) response.writeHead(500).end("response larger than the max (17000000 vs 16777216)\n");
      else answerJson(response, asJson(searchOf(traces, query)));
    });
    expect(ids).to.deep.equal(idsOf(traces));
    expect(gaps).to.deep.equal([]);
  });

  it("halves an answer that is larger than this process allows", async () => {
    const traces = tracesAt(Array.from({ length: 64 }, () => 10));
    const { ids } = await read((query, response) => answerJson(response, asJson(searchOf(traces, query))), {
      maxResponseBytes: 20_000,
    });
    expect(ids).to.deep.equal(idsOf(traces));
  });

  it("halves when time runs out, a few times only", async () => {
    const slow = await read((query, response) => {
      const seconds = Number(query.get("end")) - Number(query.get("start"));
      if (seconds > 16) response.writeHead(500).end("context deadline exceeded\n");
      else answerJson(response, asJson([]));
    }, {});
    expect(slow.gaps).to.deep.equal([]);
    await client.close();
    await tempo.close();
    const hopeless = await read((_query, response) => response.writeHead(504).end(), {}, 1024);
    expect(hopeless.gaps.length).to.equal(32);
    expect(tempo.requests.length).to.be.below(70);
    expect(hopeless.gaps[0]?.reason).to.include("504");
  });

  it("asks again when jobs are missing, then says so", async () => {
    let asked = 0;
    const body = (completedJobs: number) => ({ traces: [], metrics: { completedJobs, totalJobs: 4 } });
    const late = await read((_query, response) => answerJson(response, body(++asked === 1 ? 3 : 4)));
    expect(late.gaps).to.deep.equal([]);
    expect(asked).to.equal(2);
    await client.close();
    await tempo.close();
    const never = await read((_query, response) => answerJson(response, body(3)));
    expect(never.gaps).to.deep.equal([
      { startSeconds: BASE, endSeconds: BASE + 64, reason: "Tempo completed 3 of 4 jobs" },
    ]);
  });

  it("obeys a server with lower limits, and remembers them", async () => {
    const traces = tracesAt(Array.from({ length: 64 }, () => 1));
    const { ids } = await read((query, response) => {
      const limit = Number(query.get("limit"));
      if (limit > 25) response.writeHead(400).end(`limit ${limit} exceeds max limit 25`);
      else answerJson(response, asJson(searchOf(traces, query)));
    });
    expect(ids).to.deep.equal(idsOf(traces));
    expect(tempo.requests.filter(({ query }) => Number(query.get("limit")) > 25).length).to.equal(1);
  });

  it("asks in equal parts for what was found to be much, in one for what was not", async () => {
    // A second holds as many spans as make four answers of 64 s.
    const spans = { spans: Array.from({ length: SPANS_PER_ANSWER / 16 }, () => ({ spanID: "1" })), matched: 1 };
    tempo = await startFakeTempo((query, response) => {
      const traces = searchOf(
        query.get("q") === "{ many }" ? tracesAt(Array.from({ length: 64 }, () => 1)) : [],
        query,
      );
      const withSpans = traces.map(({ id, startNs }) => ({
        traceID: id,
        startTimeUnixNano: String(startNs),
        spanSets: [spans],
      }));
      answerJson(response, { traces: withSpans, metrics: { completedJobs: 1, totalJobs: 1 } });
    });
    client = createTempoClient({ url: tempo.url });
    const asked = async (q: string): Promise<(readonly [number, number])[]> => {
      const before = tempo.requests.length;
      await readWindow({
        client,
        range: { startSeconds: BASE, endSeconds: BASE + 64 },
        query: () => q,
        filter: q,
        reading: spansOf(
          { pipeline: "", slots: new Map() },
          { room: new SpanRoom(Number.POSITIVE_INFINITY), fromNs: 0n, maxSpansPerTrace: SPANS_PER_ANSWER },
        ),
        pace: newPace(),
        signal: new AbortController().signal,
        meter: { requests: 0, bytes: 0 },
        onAnswer: () => {},
      });
      const at = (query: URLSearchParams, end: string) => Number(query.get(end)) - BASE;
      const ranges = tempo.requests.slice(before).map(({ query }) => [at(query, "start"), at(query, "end")] as const);
      return ranges.sort((a, b) => a[0] - b[0]);
    };
    expect(await asked("{ many }")).to.deep.equal([[0, 64]]);
    const quarters = [0, 16, 32, 48].map((start) => [start, start + 16]);
    expect(await asked("{ many }")).to.deep.equal(quarters);
    // Those on a border came twice: that does not make more parts of them.
    expect(await asked("{ many }")).to.deep.equal(quarters);
    expect(await asked("{ none }")).to.deep.equal([[0, 64]]);
    expect(await asked("{ none }")).to.deep.equal([[0, 64]]);
  });

  it("throws for a query that Tempo does not take, and stops asking", async () => {
    const error: unknown = await read((_query, response) => response.writeHead(400).end("invalid TraceQL query")).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(TempoError);
    expect((error as TempoError).kind).to.equal("bad_query");
    expect(tempo.requests.length).to.equal(1);
  });

  it("stops asking when aborted", async () => {
    const controller = new AbortController();
    const reason = new Error("cancelled");
    const reading = read(
      (query, response) => {
        if (Number(query.get("end")) - Number(query.get("start")) > 16)
          response.writeHead(500).end("response larger than the max");
        else if (!controller.signal.aborted) controller.abort(reason);
      },
      {},
      64,
      controller.signal,
    );
    expect(await reading.catch((thrown: unknown) => thrown)).to.equal(reason);
    const asked = tempo.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(tempo.requests.length).to.equal(asked);
  });
});
