import { expect } from "chai";
import { createTempoClient } from "./client/client.js";
import { TempoError } from "./client/error.js";
import { findTraces } from "./find-traces.js";
import { answerJson, asJson, type FakeTempo, searchOf, startFakeTempo } from "./testing/fake-tempo.js";

const NOW_MS = 1_790_000_000_000;
const NOW_NS = BigInt(NOW_MS) * 1_000_000n;
const DAY_NS = 86_400_000_000_000n;
const idOf = (n: number) => n.toString(16).padStart(32, "0");
const [RECENT, LATE, OLD, NOWHERE] = [idOf(0xa1), idOf(0xb2), idOf(0xc3), idOf(0xd4)];

describe("finding traces by their ids", () => {
  let tempo: FakeTempo | undefined;
  afterEach(() => tempo?.close());

  /** One trace in the write path, one that came late, one that no search reaches, and one that is not there. */
  async function start() {
    tempo = await startFakeTempo((query, response, path) => {
      if (path.startsWith("/api/v2/traces/")) {
        const found = path.endsWith(OLD);
        const span = { traceId: OLD, spanId: "00000000000000c3", name: "betrace.violation" };
        const trace = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
        return found ? answerJson(response, { trace }) : void response.writeHead(404).end();
      }
      if (query.has("start")) {
        return answerJson(response, asJson(searchOf([{ id: LATE, startNs: NOW_NS - DAY_NS }], query)));
      }
      const here = (query.get("q") ?? "").includes("a1");
      return answerJson(response, asJson(here ? [{ id: RECENT, startNs: NOW_NS - 30n * DAY_NS }] : []));
    });
    return createTempoClient({ url: tempo.url, now: () => NOW_MS, maxAttempts: 1 });
  }

  const request = {
    traceIds: [RECENT, LATE, OLD, NOWHERE],
    startNs: NOW_NS - 30n * DAY_NS,
    signal: new AbortController().signal,
  };

  it("asks what came in lately, then the longest range there is, and by id only where that is wanted", async () => {
    const client = await start();
    expect([...(await findTraces(client, { ...request, byId: false }))]).to.deep.equal([RECENT, LATE]);
    const searches = tempo?.requests ?? [];
    expect(searches.map(({ query }) => query.get("start"))).to.deep.equal([null, String(NOW_MS / 1_000 - 167 * 3_600)]);
    expect(searches[1]?.query.get("q"), "what was found is not asked for again").not.to.include("a1");
    expect([...(await findTraces(client, { ...request, byId: true }))]).to.deep.equal([RECENT, LATE, OLD]);
    await client.close();
  });

  it("asks in as many lists as the server's limits make necessary, and for each id once", async () => {
    const client = await start();
    client.learned.queryBytes = 1_060;
    const traceIds = Array.from({ length: 100 }, (_, n) => (n + 1).toString(16).padStart(32, "f"));
    expect((await findTraces(client, { ...request, traceIds, byId: false })).size).to.equal(0);
    const asked = (tempo?.requests ?? []).filter(({ query }) => !query.has("start"));
    expect(asked).to.have.length(5);
    const ids = asked.flatMap(({ query }) => /"(.*)"/.exec(query.get("q") ?? "")?.[1]?.split("|") ?? []);
    expect(ids).to.deep.equal(traceIds);
    await client.close();
  });

  it("throws where Tempo does not answer: not found and not known are two things", async () => {
    tempo = await startFakeTempo((_query, response) => void response.writeHead(500).end("no"));
    const client = createTempoClient({ url: tempo.url, maxAttempts: 1 });
    const error = await findTraces(client, { ...request, byId: false }).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TempoError);
    await client.close();
  });
});
