import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Problem } from "@betrace/contracts";
import { expect } from "chai";
import { createApiClient } from "./api-client.js";

function refuse(response: ServerResponse, code: Problem["code"], retryAfter: string): void {
  const told: Problem = {
    type: "about:blank",
    title: "Too Many Requests",
    status: 429,
    code,
    detail: `the code is ${code}`,
    request_id: "r",
  };
  response.writeHead(429, { "content-type": "application/problem+json", "retry-after": retryAfter });
  response.end(JSON.stringify(told));
}

describe("a client of the API", () => {
  let server: Server;
  let url: string;
  let asked: number;
  let answer: (response: ServerResponse) => void;
  beforeEach(async () => {
    asked = 0;
    server = createServer((_request, response) => {
      asked++;
      answer(response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => server.close());

  it("waits as a server says whose rate limit is reached, and asks again", async () => {
    answer = (response) => (asked === 1 ? refuse(response, "rate_limited", "1") : response.writeHead(204).end());
    const waits: number[] = [];
    await createApiClient(url, { onWait: (ms) => waits.push(ms) }).deleteRule("a");
    expect([asked, waits]).to.deep.equal([2, [1_000]]);
  });

  it("does not wait for an hour, nor for what is no rate limit", async () => {
    for (const [code, retryAfter] of [
      ["rate_limited", "3600"],
      ["rate_limited", "soon"],
      ["too_many_replays", "1"],
    ] as const) {
      asked = 0;
      answer = (response) => refuse(response, code, retryAfter);
      const error = await createApiClient(url)
        .deleteRule("a")
        .catch((thrown: Error) => thrown.message);
      expect([asked, error]).to.deep.equal([1, `the code is ${code}`]);
    }
  });

  it("never asks for an id that is empty, or that a path would swallow", async () => {
    const client = createApiClient(url);
    for (const id of ["", ".", ".."]) {
      const calls: readonly (readonly [() => Promise<unknown>, string])[] = [
        [async () => client.rule(id), "a rule"],
        [async () => client.deleteRule(id), "a rule"],
        [async () => client.startReplay(id, { start_time: "", end_time: "" }), "a rule"],
        [async () => client.replay(id), "a replay"],
        [async () => client.steer("cancel", id), "a replay"],
      ];
      for (const [call, what] of calls) {
        const error = await call().catch((thrown: Error) => thrown.message);
        expect(error).to.equal(`expected the id of ${what}, found ${id || "an empty text"}`);
      }
    }
    expect(asked).to.equal(0);
  });

  it("stops waiting where it is told to", async () => {
    answer = (response) => refuse(response, "rate_limited", "60");
    const stop = new AbortController();
    const reason = new Error("stopped");
    const error = await createApiClient(url, { signal: stop.signal, onWait: () => stop.abort(reason) })
      .deleteRule("a")
      .catch((thrown: unknown) => thrown);
    expect(error).to.equal(reason);
  });
});
