import { request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { Problem } from "@betrace/contracts";
import { expect } from "chai";
import { z } from "zod";
import { recordingLog } from "../testing/recording-log.js";
import { createApp } from "./app.js";
import { route } from "./route.js";

const { log, lines } = recordingLog();
const body = z.strictObject({ start_time: z.string(), limit: z.int().positive().max(5).optional() });
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
  route(
    {
      method: "get",
      path: "/table",
      name: "e",
      summary: "",
      query: z.strictObject({ rule_id: z.string().optional(), limit: z.string().optional() }),
      answers: { 200: z.unknown() },
      alsoAs: ["text/csv"],
    },
    async (ask) => ({ status: 200, body: { ...ask.query, accepted: ask.accepted } }),
  ),
  route(
    { method: "post", path: "/things/{id}/stop", name: "f", summary: "", answers: { 200: z.unknown() } },
    async () => ({
      status: 200,
      body: "stopped",
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

  it("says what a number may be", async () => {
    const said = async (limit: string) => (await problemOf(await post(`{"start_time":"","limit":${limit}}`))).detail;
    expect(await said("0")).to.equal("limit: expected more than 0");
    expect(await said("6")).to.equal("limit: expected at most 5");
    expect(await said("1.5")).to.equal("limit: expected a whole number, found 1.5");
    expect(await said('"1"')).to.equal('limit: expected a number, found "1"');
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
    expect(wrongMethod.headers.get("allow")).to.equal("GET, HEAD, OPTIONS");
    expect(await problemOf(wrongMethod)).to.include({ status: 405, code: "method_not_allowed" });
  });

  it("refuses a body that is not packed as its Content-Encoding says, and names the codings it reads", async () => {
    const json = Buffer.from('{"start_time":"x"}');
    const send = (coding: string, bytes: Uint8Array) =>
      fetch(`${url}/things`, { method: "POST", body: new Uint8Array(bytes), headers: { "Content-Encoding": coding } });
    for (const [coding, bytes] of [
      ["gzip", gzipSync(json)],
      ["GZIP", gzipSync(json)],
      ["deflate", deflateSync(json)],
      ["br", brotliCompressSync(json)],
      ["identity", json],
    ] as const) {
      expect(await (await send(coding, bytes)).json(), coding).to.deep.equal({ start_time: "x" });
    }
    for (const [coding, bytes, said] of [
      ["banana", json, 'expected the Content-Encoding gzip, deflate, br or none, found "banana"'],
      ["gzip, gzip", gzipSync(gzipSync(json)), 'found "gzip, gzip"'],
      ["gzip", json, "not packed as its Content-Encoding says, or is cut off: incorrect header check"],
      ["gzip", gzipSync(json).subarray(0, 20), "cut off: unexpected end of file"],
      ["deflate", json, "not packed as its Content-Encoding says"],
      ["br", json, "not packed as its Content-Encoding says"],
    ] as const) {
      const problem = await problemOf(await send(coding, bytes));
      expect(problem, coding).to.include({ status: 400, code: "invalid_request" });
      expect(problem.detail).to.include(said);
    }
    const bomb = gzipSync(Buffer.alloc(50_000_000, 32));
    expect(await problemOf(await send("gzip", bomb))).to.include({ status: 413, code: "body_too_large" });
    expect((await problemOf(await post(new Uint8Array(gzipSync(json))))).detail).to.include("Content-Encoding: gzip");
  });

  it("reads UTF-8 with or without a byte order mark, and names the first byte that is none", async () => {
    const inLatin1 = new Uint8Array(Buffer.from('{"start_time":\n "caf\u00e9"}', "latin1"));
    const problem = await problemOf(await post(inLatin1));
    expect(problem).to.include({ status: 400, code: "invalid_json" });
    expect(problem.detail).to.equal("the body is not UTF-8: byte 0xe9 at line 2, column 6 (byte 20); send it as UTF-8");
    const afterReal = new Uint8Array(Buffer.concat([Buffer.from('"\ufffd'), Buffer.from([0xef, 0x22])]));
    expect((await problemOf(await post(afterReal))).detail).to.include("byte 0xef at line 1, column 3 (byte 4)");
    const utf16 = new Uint8Array(Buffer.from('{"start_time":"x"}', "utf16le"));
    expect((await problemOf(await post(utf16))).detail).to.include("UTF-16");
    expect(await (await post('\ufeff{"start_time":"x"}')).json()).to.deep.equal({ start_time: "x" });
    for (const charset of ["iso-8859-1", "windows-1252", "utf-16"]) {
      const refused = await problemOf(await post('{"start_time":"x"}', `application/json; charset=${charset}`));
      expect(refused).to.include({ status: 400, code: "invalid_request" });
      expect(refused.detail).to.include(JSON.stringify(charset)).and.include("UTF-8");
    }
    expect((await post('{"start_time":"x"}', 'application/json; Charset="UTF-8"; x=y')).status).to.equal(200);
  });

  it("refuses what reading a body would lose, with its place", async () => {
    const twice = await problemOf(await post('{"start_time":"a",\n "start_time":"b"}'));
    expect(twice).to.include({ status: 400, code: "invalid_request" });
    expect(twice.errors).to.deep.equal([
      { path: "start_time", code: "duplicate_field", message: "stands twice; give it once", line: 2, column: 2 },
    ]);
    expect((await problemOf(await post('{"start_time":"","limit":1e400}'))).detail).to.include("1e400 is too large");
    expect((await problemOf(await post('{"start_time":"","limit":12345678901234567890}'))).detail).to.include(
      "it would be read as 12345678901234567000",
    );
    expect((await problemOf(await post('{"start_time":1767225600123456789}'))).detail).to.include(
      "as Unix nanoseconds that is 2026-01-01T00:00:00.123456789Z",
    );
  });

  it("takes a query parameter once, with a value, in UTF-8", async () => {
    const ask = async (query: string) => problemOf(await fetch(`${url}/table?${query}`));
    expect(await (await fetch(`${url}/table?rule_id=a%2Fb+c&&limit=3`)).json()).to.include({
      rule_id: "a/b c",
      limit: "3",
    });
    for (const [query, said] of [
      ["rule_id=a&rule_id=b", "rule_id: given 2 times; give it once"],
      ["rule_id=a&rule_id=a", "rule_id: given 2 times"],
      ["rule_id=", "rule_id: has no value"],
      ["rule_id", "rule_id: has no value"],
      ["rule_id=%E0%A4", "rule_id: "],
      ["rule_id=%zz", "rule_id: "],
      ["rule_id=50%", "rule_id: "],
      ["%ff=1", "%ff: "],
      ["ruleid=a", "ruleid: unknown query parameter; known: rule_id, limit"],
      ["rule_id[]=a", "rule_id[]: unknown query parameter"],
    ] as const) {
      const problem = await ask(query);
      expect(problem, query).to.include({ status: 400, code: "invalid_request" });
      expect(problem.detail).to.include(said);
    }
    const many = Array.from({ length: 1_200 }, (_, at) => `x${at}=1`).join("&");
    const lost = await ask(`${many}&limit=3`);
    expect(lost.errors).to.have.length(50);
    expect(lost.detail).to.match(/; and 1150 more$/);
    const repeated = Array.from({ length: 60 }, (_, at) => `x${at}=1&x${at}=2`).join("&");
    expect((await ask(repeated)).detail).to.match(/; and 10 more$/);
  });

  it("answers a megabyte of unknown fields with the first of them", async () => {
    const fields = Array.from({ length: 60_000 }, (_, at) => `"x${at}":1`).join(",");
    const response = await post(`{${fields},"start_time":""}`);
    const problem = await problemOf(response);
    expect(problem.errors).to.have.length(50);
    expect(problem.detail).to.match(/; and 59950 more$/);
  });

  it("sends back what it finds in the wrong place, and takes no body where it reads none", async () => {
    const inQuery = await fetch(`${url}/things?limit=3`, { method: "POST", body: '{"start_time":""}' });
    expect((await problemOf(inQuery)).errors).to.deep.equal([
      {
        path: "limit",
        code: "unknown_field",
        message: "unknown query parameter; this call takes none",
        hint: "give it in the body, as a field",
      },
    ]);
    const stop = (body?: string) => fetch(`${url}/things/1/stop`, { method: "POST", ...(body && { body }) });
    expect((await stop()).status).to.equal(200);
    expect((await stop("{}")).status).to.equal(200);
    expect((await problemOf(await stop('{"force":true}'))).detail).to.equal(
      "force: unknown field; this call takes none",
    );
    expect((await problemOf(await stop("force"))).code).to.equal("invalid_json");
    expect(await getWithBody(`${url}/table`, '{"rule_id":"a"}'))
      .to.include("rule_id: unknown field")
      .and.include("give it in the address, as a query parameter");
  });

  it("answers in a type that Accept takes, or says which there are", async () => {
    const accepted = async (accept: string) =>
      ((await (await fetch(`${url}/table`, { headers: { Accept: accept } })).json()) as { accepted: string }).accepted;
    expect(await accepted("*/*")).to.equal("application/json");
    expect(await accepted("text/html,application/xhtml+xml,*/*;q=0.8")).to.equal("application/json");
    expect(await accepted("text/csv")).to.equal("text/csv");
    expect(await accepted("application/json;q=0.1, text/*")).to.equal("text/csv");
    const problem = await problemOf(await fetch(`${url}/table`, { headers: { Accept: "application/xml" } }));
    expect(problem).to.include({ status: 406, code: "not_acceptable" });
    expect(problem.detail).to.include("application/json or text/csv").and.include("application/xml");
  });

  it("answers HEAD and OPTIONS, and finds an address with a slash behind it", async () => {
    const head = await fetch(`${url}/things/1/`, { method: "HEAD" });
    expect([head.status, await head.text()]).to.deep.equal([200, ""]);
    const options = await fetch(`${url}/things/1`, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).to.deep.equal([204, "GET, HEAD, OPTIONS"]);
    expect((await fetch(`${url}/nothing`, { method: "OPTIONS" })).status).to.equal(404);
    const wrong = await fetch(`${url}/things`, { method: "HEAD" });
    expect([wrong.status, wrong.headers.get("allow")]).to.deep.equal([405, "POST, OPTIONS"]);
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

/** What `curl -X GET -d` sends; `fetch` cannot. */
function getWithBody(url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: "GET", headers: { "content-length": body.length } }, async (answer) => {
      resolve((await answer.setEncoding("utf8").toArray()).join(""));
    });
    asked.once("error", reject).end(body);
  });
}
