import type { ServerResponse } from "node:http";
import { expect } from "chai";
import { type FakeTempo, startFakeTempo } from "../testing/fake-tempo.js";
import { createTempoClient, type TempoClient } from "./client.js";
import { TempoError } from "./error.js";
import type { TempoClientOptions } from "./options.js";
import { backoffMs, parseRetryAfter } from "./retry.js";

type Answer = (response: ServerResponse, nth: number) => void;

describe("the client", () => {
  let tempo: FakeTempo;
  let client: TempoClient;
  const never = new AbortController().signal;

  async function withAnswers(answer: Answer, options: Partial<TempoClientOptions> = {}): Promise<void> {
    let nth = 0;
    tempo = await startFakeTempo((_query, response) => answer(response, ++nth));
    client = createTempoClient({ url: tempo.url, random: () => 0, ...options });
  }
  afterEach(async () => {
    await client.close();
    await tempo.close();
  });

  async function failure(work: Promise<unknown>): Promise<TempoError> {
    const error: unknown = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(TempoError);
    return error as TempoError;
  }
  const get = (signal: AbortSignal = never) =>
    client.get("/api/search", new URLSearchParams({ limit: "1" }), { signal });
  const ok = (response: ServerResponse) =>
    response.writeHead(200, { "content-type": "application/protobuf" }).end("body");

  it("says in words that a port speaks no TLS", async () => {
    await withAnswers(ok);
    const tls = createTempoClient({ url: tempo.url.replace("http:", "https:"), random: () => 0 });
    const error = await failure(tls.ready());
    await tls.close();
    expect(error.kind).to.equal("unreachable");
    expect(error.message).to.match(/: no TLS connection could be made\. .* write http:\/\/ in TEMPO_URL\.$/);
  });

  it("sends the tenant and the token, prefers protobuf, and keeps the base path", async () => {
    await withAnswers(ok);
    const other = createTempoClient({ url: `${tempo.url}/tempo/`, tenant: "team-a", bearerToken: "t0ken" });
    const answer = await other.get("/api/search", undefined, { signal: never });
    await other.close();
    expect(answer.contentType).to.equal("application/protobuf");
    expect(answer.body.toString()).to.equal("body");
    expect(tempo.requests[0]?.path).to.equal("/tempo/api/search");
    expect(tempo.requests[0]?.headers).to.include({ "x-scope-orgid": "team-a", authorization: "Bearer t0ken" });
    expect(tempo.requests[0]?.headers.accept).to.match(/^application\/protobuf/);
  });

  it("tries again after 500, 502, 503 and a broken connection, and counts every try", async () => {
    await withAnswers((response, nth) => {
      if (nth === 1) response.writeHead(500).end("oops");
      else if (nth === 2) response.writeHead(503).end();
      else if (nth === 3) response.destroy();
      else ok(response);
    });
    const meter = { requests: 0, bytes: 0 };
    await client.get("/x", undefined, { signal: never, meter });
    expect(meter).to.deep.equal({ requests: 4, bytes: 4 });
  });

  it("waits at least as long as Retry-After says", async () => {
    await withAnswers((response, nth) =>
      nth === 1 ? response.writeHead(429, { "retry-after": "1" }).end("slow down") : ok(response),
    );
    const startedAt = performance.now();
    await get();
    expect(performance.now() - startedAt).to.be.within(990, 3000);
  });

  it("hands a longer Retry-After to the caller", async () => {
    await withAnswers((response) => response.writeHead(429, { "retry-after": "3600" }).end());
    const error = await failure(get());
    expect(error).to.include({ kind: "rate_limited", retryable: true, retryAfterMs: 3_600_000, status: 429 });
    expect(tempo.requests.length).to.equal(1);
  });

  it("gives up after the allowed number of tries", async () => {
    await withAnswers((response) => response.writeHead(503).end("no"), { maxAttempts: 3 });
    expect(await failure(get())).to.include({ kind: "unreachable", retryable: true, status: 503 });
    expect(tempo.requests.length).to.equal(3);
  });

  it("asks again where a busy Tempo gave up on its own querier and calls that our doing", async () => {
    await withAnswers((response, nth) => {
      if (nth === 1) response.writeHead(499).end("context canceled");
      else response.writeHead(200).end("x");
    });
    expect((await get()).body.toString()).to.equal("x");
  });

  it("does not repeat what a repetition cannot change, and shows what the server said", async () => {
    const cases: readonly [number, string, string][] = [
      [400, "invalid TraceQL query: parse error", "bad_query"],
      [401, "no org id", "refused"],
      [403, "", "refused"],
      [404, "404 page not found", "refused"],
      [414, "", "too_large"],
      [400, "TraceQL expression exceeds the configured maximum size of 131072 bytes", "too_large"],
      [400, "range specified by start and end exceeds 168h0m0s", "too_large"],
      [500, "response larger than the max (16777217 vs 16777216)", "too_large"],
    ];
    await withAnswers((response, nth) => {
      const [status, body] = cases[nth - 1] ?? [200, ""];
      response.writeHead(status).end(body);
    });
    for (const [status, body, kind] of cases) {
      const error = await failure(get());
      expect(error, `${status} ${body}`).to.include({ kind, retryable: false, status });
      expect(error.message).to.include(body);
    }
    expect(tempo.requests.length).to.equal(cases.length);
  });

  it("calls Tempo's own time-out a time-out", async () => {
    await withAnswers((response) =>
      response.writeHead(500).end("rawToResults next failed: context deadline exceeded\n"),
    );
    const error = await failure(client.get("/x", undefined, { signal: never, retryTimeouts: false }));
    expect(error.kind).to.equal("timeout");
    expect(tempo.requests.length).to.equal(1);
  });

  it("gives up on a server that does not answer, and on one that stops in the middle", async () => {
    await withAnswers(
      (response, nth) => {
        if (nth === 2) response.writeHead(200).write("half");
      },
      { requestTimeoutMs: 150 },
    );
    for (let i = 0; i < 2; i++) {
      const startedAt = performance.now();
      const error = await failure(client.get("/x", undefined, { signal: never, retryTimeouts: false }));
      expect(error).to.include({ kind: "timeout", retryable: true });
      expect(performance.now() - startedAt).to.be.within(140, 2000);
    }
  });

  it("ends at once when aborted: while waiting for an answer, for a retry, or for its turn", async () => {
    await withAnswers(
      (response, nth) => {
        if (nth === 2) response.writeHead(429, { "retry-after": "30" }).end();
      },
      { maxConcurrentRequests: 1 },
    );
    for (const waiting of [1, 1, 2]) {
      const controller = new AbortController();
      const reason = new Error("cancelled");
      const startedAt = performance.now();
      const all = Promise.allSettled(Array.from({ length: waiting }, () => get(controller.signal)));
      setTimeout(() => controller.abort(reason), 50);
      for (const result of await all) expect(result.status === "rejected" && result.reason).to.equal(reason);
      expect(performance.now() - startedAt).to.be.below(1000);
    }
    expect(tempo.requests.length, "the one that waited for its turn was never sent").to.equal(3);
  });

  it("refuses an answer larger than allowed without reading it to its end", async () => {
    await withAnswers((response) => response.writeHead(200).end(Buffer.alloc(4_000_000)), {
      maxResponseBytes: 100_000,
    });
    expect(await failure(get())).to.include({ kind: "too_large", what: "response", retryable: false });
  });

  it("holds much of one answer at a time only", async () => {
    const MIB = 1024 * 1024;
    await withAnswers((response) => response.writeHead(200).end(Buffer.alloc(16 * MIB)), {});
    let most = 0;
    const held = new Map<number, number>();
    const read = (nth: number) =>
      client.read("/x", undefined, { signal: new AbortController().signal }, () => ({
        get heldBytes() {
          return held.get(nth) ?? 0;
        },
        push(chunk) {
          held.set(nth, (held.get(nth) ?? 0) + chunk.length);
          most = Math.max(
            most,
            [...held.values()].reduce((sum, bytes) => sum + bytes, 0),
          );
        },
        end() {
          const bytes = held.get(nth);
          held.delete(nth);
          return bytes;
        },
      }));
    expect(await Promise.all([1, 2, 3].map(read))).to.deep.equal([16 * MIB, 16 * MIB, 16 * MIB]);
    // One of them whole, of the two others as much as any may hold and the chunk that is over it.
    expect(most).to.be.below((16 + 2 * 4 + 1) * MIB);
  });

  it("never has more requests in flight than its budget", async () => {
    let inFlight = 0;
    let most = 0;
    await withAnswers(
      (response) => {
        most = Math.max(most, ++inFlight);
        setTimeout(() => {
          inFlight--;
          ok(response);
        }, 10);
      },
      { maxConcurrentRequests: 3 },
    );
    await Promise.all(Array.from({ length: 20 }, () => get()));
    expect(most).to.equal(3);
  });

  it("says where nothing answers", async () => {
    await withAnswers(ok);
    const nobody = createTempoClient({ url: "http://127.0.0.1:1", maxAttempts: 1 });
    const error = await failure(nobody.ready());
    await nobody.close();
    expect(error.kind).to.equal("unreachable");
    expect(error.message).to.include("http://127.0.0.1:1");
  });

  it("refuses options that cannot work", async () => {
    await withAnswers(ok);
    expect(() => createTempoClient({ url: "http://x", maxConcurrentRequests: 0 })).to.throw(
      RangeError,
      "maxConcurrentRequests",
    );
    expect(() => createTempoClient({ url: "not a url" })).to.throw(TypeError);
  });
});

describe("retries", () => {
  it("read Retry-After in seconds or as a date", () => {
    const now = Date.UTC(2026, 0, 1);
    expect(parseRetryAfter("3", now)).to.equal(3000);
    expect(parseRetryAfter(new Date(now + 5000).toUTCString(), now)).to.equal(5000);
    expect(parseRetryAfter(new Date(now - 5000).toUTCString(), now)).to.equal(0);
    expect(parseRetryAfter("soon", now)).to.equal(undefined);
    expect(parseRetryAfter(undefined, now)).to.equal(undefined);
  });

  it("back off by a random part of a step that doubles up to a cap", () => {
    expect([0, 1, 2, 20].map((attempt) => backoffMs(attempt, () => 1))).to.deep.equal([200, 400, 800, 10_000]);
    expect(backoffMs(5, () => 0)).to.equal(0);
  });
});
