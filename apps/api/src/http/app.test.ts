import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Problem } from "@betrace/contracts";
import { expect } from "chai";
import { z } from "zod";
import { recordingLog } from "../testing/recording-log.js";
import { createApp } from "./app.js";
import { route } from "./route.js";

const { log, lines } = recordingLog();
const body = z.strictObject({ start_time: z.string(), limit: z.int().max(5).optional() });
const routes = [
  route(
    { method: "post", path: "/things", name: "a", summary: "", body, answers: { 200: z.unknown() } },
    async (ask) => ({
      status: 200,
      body: ask.body,
    }),
  ),
  route(
    { method: "get", path: "/things/{id}", name: "b", summary: "", answers: { 200: z.unknown() } },
    async (ask) => ({
      status: 200,
      body: ask.params,
    }),
  ),
  route({ method: "get", path: "/bug", name: "c", summary: "", answers: { 200: z.unknown() } }, async () => {
    throw new Error("secret inside");
  }),
  route({ method: "get", path: "/redis", name: "d", summary: "", answers: { 200: z.unknown() } }, async () => {
    throw Object.assign(new Error("READONLY You can't write against a read only replica."), { name: "ReplyError" });
  }),
];

async function listen(rateLimitPerMinute: number): Promise<{ server: Server; url: string }> {
  const app = createApp({
    routes,
    log,
    rateLimitPerMinute,
    trustedProxies: 0,
    noteOutage: () => false,
    onAnswered: () => undefined,
  });
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe("the HTTP side", () => {
  let server: Server;
  let url: string;
  before(async () => {
    ({ server, url } = await listen(0));
  });
  after(() => server.close());

  const problemOf = async (response: Response) => {
    expect(response.headers.get("content-type")).to.match(/^application\/problem\+json/);
    const problem = (await response.json()) as Problem;
    expect(problem).to.include({ status: response.status, type: `urn:betrace:problem:${problem.code}` });
    expect(problem.request_id).to.equal(response.headers.get("x-request-id"));
    return problem;
  };
  const post = (text: string | Uint8Array<ArrayBuffer>, type = "application/x-www-form-urlencoded") =>
    fetch(`${url}/things`, { method: "POST", body: text, headers: { "Content-Type": type } });

  it("reads a body as JSON whatever its Content-Type says", async () => {
    for (const type of ["application/x-www-form-urlencoded", "text/plain", "application/json", "x/y; charset=ascii"]) {
      expect(await (await post('{"start_time":"é"}', type)).json()).to.deep.equal({ start_time: "é" });
    }
  });

  it("says where a body stops being JSON", async () => {
    const problem = await problemOf(await post('{"start_time": }'));
    expect(problem).to.include({ status: 400, code: "invalid_json" });
    expect(problem.detail).to.equal('expected a JSON value, found "}" at line 1, column 16 (position 15)');
    expect((await problemOf(await post(""))).detail).to.match(/empty/);
    expect((await problemOf(await post(new Uint8Array([0x7b, 0xff])))).detail).to.match(/UTF-8/);
  });

  it("names unknown fields, the known ones, and what was probably meant", async () => {
    const problem = await problemOf(await post('{"start":"x","limit":9}'));
    expect(problem).to.include({ status: 400, code: "invalid_request" });
    expect(problem.errors).to.deep.include({
      path: "start",
      code: "unknown_field",
      message: "unknown field; known: start_time, limit",
      hint: 'did you mean "start_time"?',
    });
    expect(problem.detail)
      .to.include("start_time: missing; expected a string")
      .and.include("limit: expected at most 5");
  });

  it("refuses a body that is not an object, or over a megabyte", async () => {
    expect((await problemOf(await post("[1]"))).detail).to.equal("expected an object, found an array");
    expect(await problemOf(await post(`"${"x".repeat(1_100_000)}"`))).to.include({
      status: 413,
      code: "body_too_large",
    });
  });

  it("says what exists where nothing does", async () => {
    const missing = await problemOf(await fetch(`${url}/thing`));
    expect(missing).to.include({ status: 404, code: "route_not_found" });
    expect(missing.detail).to.include("did you mean /things?");
    const wrongMethod = await fetch(`${url}/things/1`, { method: "DELETE" });
    expect(wrongMethod.headers.get("allow")).to.equal("GET");
    expect(await problemOf(wrongMethod)).to.include({ status: 405, code: "method_not_allowed" });
  });

  it("takes an id with dots, and refuses a broken percent-encoding", async () => {
    expect(await (await fetch(`${url}/things/pii-audit-soc2-cc6.1`)).json()).to.deep.equal({
      id: "pii-audit-soc2-cc6.1",
    });
    expect(await problemOf(await fetch(`${url}/things/%E0%A4`))).to.include({ status: 400, code: "invalid_request" });
  });

  it("takes no change from a web page of another site", async () => {
    const from = (site: string) =>
      fetch(`${url}/things`, { method: "POST", body: '{"start_time":""}', headers: { "Sec-Fetch-Site": site } });
    expect((await from("same-origin")).status).to.equal(200);
    expect(await problemOf(await from("cross-site"))).to.include({ status: 403, code: "cross_site" });
  });

  it("keeps what a bug says to the log", async () => {
    const problem = await problemOf(await fetch(`${url}/bug`));
    expect(problem).to.include({ status: 500, code: "internal" });
    expect(JSON.stringify(problem)).not.to.include("secret");
    const line = lines.find((one) => one.level === "error" && one.fields.requestId === problem.request_id);
    expect(String(line?.fields.error)).to.include("secret inside");
  });

  it("answers 503 when Redis is what failed", async () => {
    const response = await fetch(`${url}/redis`);
    expect(response.headers.get("retry-after")).to.equal("2");
    expect(await problemOf(response)).to.include({ status: 503, code: "redis_unavailable" });
  });

  it("keeps a request id that came with the request", async () => {
    const response = await fetch(`${url}/things/1`, { headers: { "X-Request-Id": "abc-1" } });
    expect(response.headers.get("x-request-id")).to.equal("abc-1");
  });

  it("answers 429 with Retry-After above the limit", async () => {
    const limited = await listen(2);
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push(await fetch(`${limited.url}/things/1`));
    limited.server.close();
    const last = answers[2];
    expect(answers.map((one) => one.status)).to.deep.equal([200, 200, 429]);
    expect(Number(last?.headers.get("retry-after"))).to.be.greaterThan(0);
    if (last !== undefined) expect((await problemOf(last)).code).to.equal("rate_limited");
  });
});
