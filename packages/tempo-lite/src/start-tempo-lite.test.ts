import { expect } from "chai";
import { startTempoLite, type TempoLite } from "./index.js";

describe("startTempoLite", () => {
  let lite: TempoLite;
  beforeEach(async () => {
    lite = await startTempoLite({ httpPort: 0, otlpPort: 0 });
  });
  afterEach(() => lite.close());

  const request = {
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: "0000000000000000000000000000abcd",
                spanId: "00000000000000a1",
                name: "checkout",
                startTimeUnixNano: "1700000000000000000",
                endTimeUnixNano: "1700000001000000000",
              },
            ],
          },
        ],
      },
    ],
  };

  it("finds a span as soon as its export was acknowledged", async () => {
    const sent = await fetch(`${lite.otlpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    expect(sent.status).to.equal(200);
    expect(lite.figures()).to.deep.equal({ traces: 1, spans: 1 });
    const q = encodeURIComponent('{ name = "checkout" }');
    const found = await fetch(`${lite.url}/api/search?q=${q}&start=1700000000&end=1700000001`);
    const answer = (await found.json()) as { traces: { traceID: string; rootServiceName: string }[] };
    expect(answer.traces.map(({ traceID, rootServiceName }) => [traceID, rootServiceName])).to.deep.equal([
      ["abcd", "shop"],
    ]);
  });

  it("gives by id what it kept of long values, of a resource and a scope as well", async () => {
    const long = { key: "long", value: { stringValue: `${"E".repeat(2_048)}tail` } };
    const [{ resource, scopeSpans }] = request.resourceSpans as [(typeof request.resourceSpans)[0]];
    const sent = {
      resourceSpans: [
        {
          resource: { attributes: [...resource.attributes, long], droppedAttributesCount: 3 },
          scopeSpans: scopeSpans.map(({ spans }) => ({ scope: { name: "lib", attributes: [long] }, spans })),
        },
      ],
    };
    await fetch(`${lite.otlpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(sent),
    });
    const cut = { key: "long", value: { stringValue: "E".repeat(2_048) } };
    const found = await fetch(`${lite.url}/api/v2/traces/abcd`);
    const { trace } = (await found.json()) as { trace: typeof sent };
    const [batch] = trace.resourceSpans;
    expect(batch?.resource).to.deep.equal({
      attributes: [...resource.attributes, cut],
      droppedAttributesCount: 3,
    });
    expect(batch?.scopeSpans[0]?.scope).to.deep.equal({ name: "lib", attributes: [cut] });
  });

  it("serves both ports from both addresses, and from one when they are the same", async () => {
    expect((await fetch(`${lite.otlpUrl}/ready`)).status).to.equal(200);
    expect((await fetch(`${lite.url}/v1/traces`, { method: "POST" })).status).to.equal(415);
  });

  it("rejects a port that is taken and leaves nothing open", async () => {
    const taken = Number(new URL(lite.url).port);
    const error = await startTempoLite({ httpPort: 0, otlpPort: taken }).then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason,
    );
    expect(error?.code).to.equal("EADDRINUSE");
  });

  it("can be closed twice", async () => {
    await lite.close();
    await lite.close();
  });
});
