import { expect } from "chai";
import { startTestStack, type TestStack } from "./testing/stack.js";

type Json = Record<string, unknown>;

describe("the OpenAPI document", () => {
  let stack: TestStack;
  let document: { openapi: string; paths: Record<string, Record<string, Json>>; components: { schemas: Json } };
  before(async () => {
    stack = await startTestStack();
    document = (await stack.call("GET", "/openapi.json")).body;
  });
  after(() => stack.close());

  it("is 3.1, every reference leads somewhere, every operation has its own id", () => {
    expect(document.openapi).to.match(/^3\.1\./);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to ?? "");
    expect(references).to.not.have.length(0);
    for (const to of references) {
      expect(document.components.schemas).to.have.property(to.replace("#/components/schemas/", ""));
    }
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((one) => one.operationId));
    expect(new Set(ids).size).to.equal(ids.length);
    expect(JSON.stringify(document)).not.to.include("$defs");
  });

  it("declares every parameter of its paths", () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const operation of Object.values(operations)) {
        const declared = (operation.parameters as Json[]).filter((one) => one.in === "path").map((one) => one.name);
        expect(declared).to.deep.equal(named);
        expect(operation.responses).to.be.an("object").that.is.not.empty;
      }
    }
  });

  it("holds the calls that are served, and every call it holds is served", async () => {
    expect(Object.keys(document.paths)).to.include.members([
      "/health",
      "/ready",
      "/metrics",
      "/v1/rules",
      "/v1/rules/validate",
      "/v1/rules/{id}",
      "/v1/rules/{id}/replay",
      "/v1/rules/{id}/replay/status",
      "/v1/replays/{id}/cancel",
      "/v1/violations",
    ]);
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const { status, body } = await stack.call(method.toUpperCase(), path.replace(/\{\w+\}/g, "nobody"));
        const declared = Object.keys(operation.responses as Json);
        expect(declared, `${method} ${path} answered ${status} ${JSON.stringify(body)}`).to.include(String(status));
        expect(["route_not_found", "method_not_allowed"]).not.to.include(body?.code);
      }
    }
  });
});
