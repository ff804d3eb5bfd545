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

  describe("has no call that passes over what it does not know", () => {
    const PROBES = ["/health", "/ready", "/metrics"];
    type Called = (method: string, path: string, parameters: readonly Json[]) => Promise<void>;
    const everyCall = async (called: Called) => {
      let calls = 0;
      for (const [path, operations] of Object.entries(document.paths)) {
        for (const [method, operation] of Object.entries(operations)) {
          const parameters = (operation.parameters as Json[]).filter((one) => one.in === "query");
          await called(method.toUpperCase(), path.replace("{scope}", "span").replace(/\{\w+\}/g, "nobody"), parameters);
          calls += 1;
        }
      }
      expect(calls).to.be.greaterThan(25);
    };
    /** The one thing wrong that a call names at `field`. */
    const refusal = async (method: string, path: string, field: string, body?: unknown) => {
      const answer = await stack.call(method, path, body);
      const said = `${method} ${path} ${JSON.stringify(body)} answered ${answer.status} ${JSON.stringify(answer.body)}`;
      expect([answer.status, answer.body.code], said).to.deep.equal([400, "invalid_request"]);
      const found = (answer.body.errors as Json[]).find((one) => one.path === field);
      expect(found, said).to.be.an("object");
      expect(answer.body.detail, said).to.include(field);
      return found?.code;
    };

    it("in its query", () =>
      everyCall(async (method, path, parameters) => {
        if (PROBES.includes(path)) return;
        expect(await refusal(method, `${path}?nonsense=1`, "nonsense")).to.equal("unknown_field");
        for (const { name } of parameters) {
          const misspelt = `${String(name)}x`;
          expect(await refusal(method, `${path}?${misspelt}=1`, misspelt)).to.equal("unknown_field");
        }
      }));

    it("but for probes, which add what keeps caches away and look at the status", async () => {
      for (const path of PROBES) {
        const { status } = await stack.call("GET", `${path}?now=1&now=2&empty=&%zz`);
        expect(status, path).to.equal(200);
      }
    });

    it("in its body", () =>
      everyCall(async (method, path) => {
        if (method === "GET") return;
        expect(await refusal(method, path, "nonsense", { nonsense: 1 })).to.equal("unknown_field");
      }));

    it("in a parameter that comes twice or without a value", () =>
      everyCall(async (method, path, parameters) => {
        for (const { name } of parameters) {
          const field = String(name);
          expect(await refusal(method, `${path}?${field}=1&${field}=2`, field)).to.equal("repeated_parameter");
          expect(await refusal(method, `${path}?${field}=`, field)).to.equal("empty_parameter");
        }
      }));

    it("in a page's size", () =>
      everyCall(async (method, path, parameters) => {
        if (!parameters.some(({ name }) => name === "limit")) return;
        for (const size of ["0", "-1", "1.5", "1e2", "1001", "99999999999999999999", "ten", "%20"]) {
          expect(await refusal(method, `${path}?limit=${size}`, "limit")).to.equal("invalid_value");
        }
      }));

    it("in a time", () =>
      everyCall(async (method, path, parameters) => {
        const times = parameters.filter(({ schema }) => (schema as Json).format === "date-time");
        for (const { name } of times) {
          const field = String(name);
          for (const text of ["2026-13-01T00:00:00Z", "2026-01-01T00:00:00+02:00", "1767225600", "%00"]) {
            expect(await refusal(method, `${path}?${field}=${text}`, field)).to.equal("invalid_value");
          }
        }
      }));

    it("in a range that is backwards, by the names that the call has for its ends", () =>
      everyCall(async (method, path, parameters) => {
        if (!parameters.some(({ name }) => name === "end")) return;
        const backwards = "start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z";
        const { status, body } = await stack.call(method, `${path}?${backwards}`);
        expect([status, body.code], path).to.deep.equal([400, "range_invalid"]);
        expect(body.detail).to.equal("start: 2026-01-02T00:00:00Z must lie before end, 2026-01-01T00:00:00Z");
        expect(body.errors[0].hint).to.equal("are start and end swapped?");
      }));
  });
});
