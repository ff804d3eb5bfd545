import { parseTimestamp } from "@betrace/contracts";
import { expect } from "chai";
import { startTestStack, type TestStack } from "./testing/stack.js";
import { startTempoGate } from "./testing/tempo-gate.js";
import { type SentSpan, sendTraces } from "./testing/traces.js";

const NOON_NS = parseTimestamp("2024-03-01T12:00:00Z") ?? 0n;
const HOUR = "start=2024-03-01T12:00:00Z&end=2024-03-01T13:00:00Z";

const TRACES: readonly (readonly SentSpan[])[] = [
  [
    {
      name: "GET /orders",
      startNs: NOON_NS,
      durationMs: 3,
      service: "shop",
      attributes: { "http.method": "GET", 'odd name/"x"': "odd", large: 2n ** 40n, ok: true },
    },
    { name: "db.query", startNs: NOON_NS + 5n, durationMs: 1, attributes: { "http.method": "POST" } },
  ],
  // A day later: not in the hour that is asked for.
  [
    {
      name: "later",
      startNs: NOON_NS + 86_400_000_000_000n,
      durationMs: 3,
      service: "later",
      attributes: { later: true },
    },
  ],
];

describe("names and values for completion", () => {
  let stack: TestStack;
  let gate: Awaited<ReturnType<typeof startTempoGate>>;
  before(async () => {
    gate = await startTempoGate();
    stack = await startTestStack({}, gate);
    await sendTraces(stack.tempo.otlpUrl, TRACES);
  });
  after(async () => {
    await stack.close();
    await gate.close();
  });

  it("are those of the range, with services and span names", async () => {
    const { status, body } = await stack.call("GET", `/v1/attributes?${HOUR}`);
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body).to.deep.equal({
      span: ["http.method", "large", 'odd name/"x"', "ok"],
      resource: ["service.name"],
      services: ["orders", "shop"],
      span_names: ["GET /orders", "db.query"],
      unavailable: null,
    });
  });

  it("give an attribute's values with their types, whatever its name", async () => {
    const valuesOf = async (path: string) => (await stack.call("GET", `/v1/attributes/${path}/values?${HOUR}`)).body;
    expect((await valuesOf("span/http.method")).values).to.deep.equal([
      { type: "string", value: "GET" },
      { type: "string", value: "POST" },
    ]);
    expect((await valuesOf("span/large")).values).to.deep.equal([{ type: "int", value: (2n ** 40n).toString() }]);
    expect((await valuesOf("span/ok")).values).to.deep.equal([{ type: "bool", value: "true" }]);
    const odd = encodeURIComponent('odd name/"x"');
    expect((await valuesOf(`span/${odd}`)).values).to.deep.equal([{ type: "string", value: "odd" }]);
    expect(await valuesOf("resource/nothing")).to.deep.equal({ values: [], unavailable: null });
    expect((await valuesOf("event/x")).code).to.equal("invalid_request");
  });

  it("come from memory when they are asked for again", async () => {
    await stack.call("GET", `/v1/attributes?${HOUR}`);
    const before = gate.arrivals.length;
    const { body } = await stack.call("GET", `/v1/attributes?${HOUR}`);
    expect(body.services).to.deep.equal(["orders", "shop"]);
    expect(gate.arrivals.length).to.equal(before);
  });

  it("are left out, with the reason, where Tempo says nothing", async () => {
    gate.shut();
    const late = await stack.call("GET", "/v1/attributes?start=2024-03-01T11:00:00Z&end=2024-03-01T13:00:00Z");
    expect(late.status).to.equal(200);
    expect(late.body).to.include({ unavailable: "Tempo did not answer within 3 s" });
    expect(late.body.services).to.deep.equal([]);
    gate.open();
    gate.refuse(403);
    const refused = await stack.call("GET", "/v1/attributes?start=2024-03-01T10:00:00Z&end=2024-03-01T13:00:00Z");
    expect(refused.body.unavailable).to.include("403");
    gate.refuse(undefined);
    const again = await stack.call("GET", "/v1/attributes?start=2024-03-01T10:00:00Z&end=2024-03-01T13:00:00Z");
    expect(again.body).to.deep.include({ unavailable: null, services: ["orders", "shop"] });
  });
});
