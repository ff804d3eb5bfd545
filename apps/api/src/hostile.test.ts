import { expect } from "chai";
import fc from "fast-check";
import { startTestStack, type TestStack } from "./testing/stack.js";

const RANGE = { start_time: "2024-03-01T00:00:00Z", end_time: "2024-03-01T01:00:00Z" };

describe("hostile requests", () => {
  let stack: TestStack;
  before(async () => {
    stack = await startTestStack();
  });
  after(() => stack.close());

  const calls: readonly (readonly [string, string])[] = [
    ["POST", "/v1/rules"],
    ["PUT", "/v1/rules/some"],
    ["POST", "/v1/rules/validate"],
    ["POST", "/v1/rules/some/replay"],
    ["POST", "/v1/replays"],
  ];
  const field = fc.constantFrom(
    "id",
    "name",
    "dsl",
    "annotations",
    "start_time",
    "end_time",
    "rule_ids",
    "__proto__",
    "constructor",
  );
  const object = fc.dictionary(field, fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.string({ unit: "binary" })));

  it("with any body get an answer below 500", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...calls), fc.oneof(object, fc.jsonValue()), async ([method, path], body) => {
        const { status, body: answer } = await stack.call(method, path, JSON.stringify(body));
        expect(status, JSON.stringify(answer)).to.be.lessThan(500);
        if (status >= 400) expect(answer).to.include.keys("code", "detail", "request_id");
      }),
      { numRuns: 60 },
    );
  });

  it("with any path, cursor or limit get an answer below 500", async () => {
    const text = fc
      .string({ unit: "binary", maxLength: 40 })
      .map((one) => encodeURIComponent(Buffer.from(one).toString()));
    await fc.assert(
      fc.asyncProperty(text, async (odd) => {
        for (const path of [
          `/v1/rules/${odd}`,
          `/v1/rules/${odd}/replay/status`,
          `/v1/replays/${odd}/violations`,
          `/v1/rules?cursor=${odd}`,
          `/v1/replays?cursor=${odd}`,
          `/v1/violations?cursor=${odd}&limit=${odd}`,
          `/v1/violations?start=${odd}`,
          `/${odd}`,
        ]) {
          const { status, body } = await stack.call("GET", path);
          expect(status, `${path} ${JSON.stringify(body)}`).to.be.lessThan(500);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("cannot reach an object's prototype through annotations", async () => {
    const made = await stack.call(
      "POST",
      "/v1/rules",
      '{"id":"proto","name":"x","dsl":"span.duration > 1s","annotations":{"__proto__":"polluted","constructor":"c"}}',
    );
    expect(made.status).to.be.oneOf([201, 400]);
    expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
  });

  it("in parallel make one rule of one id, and one replay of one idempotency key", async () => {
    const rules = await Promise.all(
      Array.from({ length: 10 }, () =>
        stack.call("POST", "/v1/rules", { id: "once", name: "Once", dsl: "span.duration > 1s" }),
      ),
    );
    expect(rules.map(({ status }) => status).sort()).to.deep.equal([201, ...Array.from({ length: 9 }, () => 409)]);
    const replays = await Promise.all(
      Array.from({ length: 10 }, () => stack.call("POST", "/v1/rules/once/replay", { ...RANGE, idempotency_key: "k" })),
    );
    expect(new Set(replays.map(({ body }) => body.replay_id)).size).to.equal(1);
  });
});
