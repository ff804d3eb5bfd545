import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { startTempoLite, type TempoLite, type TempoLiteOptions } from "../index.js";

describe("the limits of a tempo-lite", () => {
  let open: TempoLite[] = [];
  afterEach(async () => {
    for (const lite of open) await lite.close();
    open = [];
  });

  async function start(options: Partial<TempoLiteOptions> = {}): Promise<TempoLite> {
    const lite = await startTempoLite({ httpPort: 0, otlpPort: 0, ...options });
    open.push(lite);
    return lite;
  }

  async function post(lite: TempoLite, body: string | Uint8Array, headers: Record<string, string> = {}) {
    const response = await fetch(`${lite.otlpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    return { status: response.status, text: await response.text() };
  }

  async function get(lite: TempoLite, path: string) {
    const response = await fetch(lite.url + path);
    return { status: response.status, text: await response.text() };
  }

  function request(count: number, more: Record<string, unknown> = {}): string {
    const spans = Array.from({ length: count }, (_, at) => ({
      traceId: (at + 1).toString(16).padStart(32, "0"),
      spanId: "00000000000000a1",
      name: "n".repeat(100),
      startTimeUnixNano: "1700000000000000000",
      endTimeUnixNano: "1700000001000000000",
      ...more,
    }));
    return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  }

  it("answers 500 in Tempo's words when an answer grows too large, in either encoding", async () => {
    const lite = await start({ maxResponseBytes: 2000 });
    await post(lite, request(50));
    const answer = await get(lite, "/api/search?limit=100");
    expect(answer.status).to.equal(500);
    expect(answer.text).to.match(/^response larger than the max \(\d+ vs 2000\)\n$/);
    expect((await get(lite, "/api/search?limit=5")).status).to.equal(200);
  });

  it("refuses a limit over its own maximum", async () => {
    const lite = await start({ maxSearchLimit: 10 });
    expect(await get(lite, "/api/search?limit=11")).to.deep.equal({
      status: 400,
      text: "limit 11 exceeds max limit 10",
    });
  });

  it("refuses a range over a week, unless told otherwise", async () => {
    const path = "/api/search?start=1700000000&end=1700604801";
    expect(await get(await start(), path)).to.deep.equal({
      status: 400,
      text: "range specified by start and end exceeds 168h0m0s. received start=1700000000 end=1700604801",
    });
    expect((await get(await start({ maxSearchRangeSeconds: 0 }), path)).status).to.equal(200);
  });

  it("says which seconds a search takes", async () => {
    const lite = await start();
    for (const [end, hint] of [
      ["4000000000", ""],
      ["1768150000000", "; is it in milliseconds?"],
      ["-1", ""],
    ]) {
      expect(await get(lite, `/api/search?start=1&end=${end}`)).to.deep.equal({
        status: 400,
        text: `invalid end: expected Unix seconds from 0 to 2147483647 (2038-01-19), found ${end}${hint}`,
      });
    }
  });

  it("takes the last of several values of one key, as Tempo does, for a service too", async () => {
    const lite = await start();
    const twice = (key: string) => ["a", "b"].map((stringValue) => ({ key, value: { stringValue } }));
    const group = JSON.parse(request(1, { attributes: twice("k") })).resourceSpans[0];
    await post(
      lite,
      JSON.stringify({ resourceSpans: [{ ...group, resource: { attributes: twice("service.name") } }] }),
    );
    const select = encodeURIComponent("{} | select(span.k, resource.service.name)");
    const { traces } = JSON.parse((await get(lite, `/api/search?q=${select}`)).text);
    expect(traces[0].spanSet.spans[0].attributes).to.deep.equal([
      { key: "k", value: { stringValue: "b" } },
      { key: "service.name", value: { stringValue: "b" } },
    ]);
    const found = await get(lite, `/api/search?q=${encodeURIComponent('{ resource.service.name = "b" }')}`);
    expect(JSON.parse(found.text).traces).to.have.length(1);
  });

  it("refuses a gRPC message, whose header would pass for fields that nobody knows", async () => {
    const lite = await start();
    const type = { "content-type": "application/x-protobuf" };
    // A flag, the length of 10 bytes, and a request that is one unknown field: without the header it is taken.
    const message = Buffer.from([0x7a, 0x08, ...Buffer.alloc(8, 0x61)]);
    expect((await post(lite, message, type)).status).to.equal(200);
    const framed = await post(lite, Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]), type);
    expect(framed.status).to.equal(400);
    expect(framed.text).to.include("a field of number 0, as the header of a gRPC message has it");
  });

  it("names the address for traces to whoever posts to another", async () => {
    const lite = await start();
    for (const path of ["/", "/v1/traces/", "/v1/trace", "/v1/logs", "/v1/traces/v1/traces"]) {
      const response = await fetch(lite.otlpUrl + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: request(1),
      });
      expect([response.status, await response.text()]).to.deep.equal([
        404,
        `traces are taken by POST /v1/traces (OTLP in JSON or protobuf), not at ${path}\n`,
      ]);
    }
  });

  it("refuses a body that is too large, packed or unpacked, with 413", async () => {
    const lite = await start({ maxOtlpBodyBytes: 1000 });
    expect((await post(lite, " ".repeat(1001))).status).to.equal(413);
    const bomb = gzipSync(Buffer.alloc(100_000, 32));
    expect(bomb.length).to.be.below(1000);
    expect((await post(lite, bomb, { "content-encoding": "gzip" })).status).to.equal(413);
  });

  it("refuses a body that is not packed as its Content-Encoding says, in the form that OTLP wants", async () => {
    const lite = await start();
    const json = Buffer.from(request(1));
    for (const [coding, body] of [
      ["gzip", gzipSync(json)],
      ["GZip", gzipSync(json)],
      ["identity", json],
    ] as const) {
      expect((await post(lite, body, { "content-encoding": coding })).status, coding).to.equal(200);
    }
    const kept = lite.figures().spans;
    for (const [coding, body, said] of [
      ["banana", json, 'expected the Content-Encoding gzip or none, found "banana"'],
      ["br", json, 'found "br"'],
      ["deflate", json, 'found "deflate"'],
      ["gzip, gzip", gzipSync(gzipSync(json)), 'found "gzip, gzip"'],
      ["gzip", json, "the body is not gzip, as its Content-Encoding says, or is cut off: incorrect header check"],
      ["gzip", gzipSync(json).subarray(0, 30), "cut off: unexpected end of file"],
      ["identity", gzipSync(json), "say so with Content-Encoding: gzip"],
    ] as const) {
      const answer = await post(lite, body, { "content-encoding": coding });
      expect(answer.status, coding).to.equal(400);
      const status = JSON.parse(answer.text) as { code: number; message: string };
      expect(status.code).to.equal(3);
      expect(status.message).to.include(said);
      const asProtobuf = await post(lite, body, {
        "content-encoding": coding,
        "content-type": "application/x-protobuf",
      });
      expect(asProtobuf.status).to.equal(400);
      expect(asProtobuf.text).to.include(said);
    }
    const inLatin1 = await post(lite, json, { "content-type": "application/json; charset=ISO-8859-1" });
    expect([inLatin1.status, inLatin1.text.includes("ISO-8859-1")]).to.deep.equal([400, true]);
    expect(lite.figures().spans).to.equal(kept);
    expect((await post(lite, json, { "content-type": "application/json; charset=UTF-8" })).status).to.equal(200);
  });

  it("says where OTLP/JSON is wrong and keeps nothing of it", async () => {
    const lite = await start();
    const cases: [string, string][] = [
      [request(1, { traceId: "xyz" }), "resourceSpans[0].scopeSpans[0].spans[0].traceId: expected a trace id"],
      [request(1, { traceId: "abcd" }), "traceId: expected a trace id of 32 hex digits"],
      [request(1, { spanId: "0000000000000000" }), "spanId: expected a span id of 16 hex digits"],
      [
        request(1, { startTimeUnixNano: "soon" }),
        "resourceSpans[0].scopeSpans[0].spans[0].startTimeUnixNano: expected Unix nanoseconds",
      ],
      [request(1, { attributes: [{ key: "a", value: { intValue: "1.5" } }] }), "attributes[0].value.intValue"],
      ['{"resourceSpans":{}}', "resourceSpans: expected a list"],
      ["[5]", "[0]: expected an object"],
      ['{"resourceSpans":[{"librarySpans":[{}]}]}', 'found "librarySpans"'],
      ['{"resourceLogs":[]}', "expected resourceSpans, found resourceLogs"],
      ['{"trace":{},"status":"PARTIAL"}', "expected a whole trace, found PARTIAL"],
      [request(3, { kind: "foo" }), "kind: expected a number from 0 to 5 or one of"],
      [request(3, { kind: "foo" }), '"foo" (and 2 more)'],
    ];
    for (const [body, message] of cases) {
      const answer = await post(lite, body);
      expect(answer.status, body).to.equal(400);
      expect(JSON.parse(answer.text).message).to.contain(message);
    }
    expect(lite.figures().spans).to.equal(0);
  });

  it("answers 405 with the method that is allowed", async () => {
    const lite = await start();
    expect((await get(lite, "/v1/traces")).status).to.equal(405);
    const response = await fetch(`${lite.url}/api/search`, { method: "DELETE" });
    expect([response.status, response.headers.get("allow")]).to.deep.equal([405, "GET"]);
  });

  it("can be made slow", async () => {
    const lite = await start({ delayMs: 50 });
    const from = performance.now();
    await get(lite, "/api/search");
    expect(performance.now() - from).to.be.at.least(45);
  });

  it("looks at the traces of a window only", async () => {
    const lite = await start();
    await post(lite, request(5));
    const { metrics } = JSON.parse((await get(lite, "/api/search?start=1600000000&end=1600000100")).text);
    expect(metrics.inspectedTraces).to.equal(0);
  });
});
