import { expect } from "chai";
import fc from "fast-check";
import { TempoError } from "../client/error.js";
import { traceByIdResponse } from "../testing/arbitrary.js";
import { encode, messages } from "../testing/messages.js";
import { decodeTraceJson } from "./otlp-json.js";
import { decodeTraceProtobuf, type TraceAnswer } from "./otlp-protobuf.js";
import { asSearchSees, wantedBy } from "./otlp-span.js";
import { anyValueFromJson, readAnyValue } from "./value.js";
import { WireReader } from "./wire.js";

const wanted = wantedBy([
  { kind: "attribute", key: "a" },
  { kind: "attribute", key: "user.region" },
  { kind: "resource", key: "b" },
]);

/** snake_case of the proto files to the camelCase of their JSON, keys of attributes untouched. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
      camel(inner),
    ]),
  );
}

const plain = (answer: TraceAnswer): unknown =>
  JSON.parse(
    JSON.stringify(answer, (_key, value: unknown) => {
      if (typeof value === "bigint") return `${value}n`;
      if (typeof value === "number" && !Number.isFinite(value)) return String(value);
      if (Object.is(value, -0)) return "-0";
      return value instanceof Map ? [...value].sort(([a], [b]) => (a < b ? -1 : 1)) : value;
    }),
  );

const IDS = { traceId: "oAAAAAAAAAAAAAAAAKvAAg==", spanId: "AAAAAAAAAAE=" };

describe("decoding traces by id", () => {
  const { byId } = messages();

  it("reads from protobuf what protobufjs and the JSON decoder read", () => {
    fc.assert(
      fc.property(traceByIdResponse, (response) => {
        const body = encode(byId, response);
        const json = byId.toObject(byId.decode(body), { longs: String, bytes: String, json: true });
        expect(plain(decodeTraceProtobuf(body, wanted))).to.deep.equal(
          plain(decodeTraceJson(Buffer.from(JSON.stringify(camel(json))), wanted)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("finds the resource also where it comes after the spans", () => {
    const spans = encode(byId, {
      trace: { resourceSpans: [{ scope_spans: [{ spans: [{ span_id: "AAAAAAAAAAE=" }] }] }] },
    });
    const resource = encode(byId, {
      trace: { resourceSpans: [{ resource: { attributes: [{ key: "service.name", value: { string_value: "s" } }] } }] },
    });
    // Inner messages of one field number concatenate: trace(2) resourceSpans(2) each have a one-byte tag and length here.
    const inner = Buffer.concat([spans.subarray(4), resource.subarray(4)]);
    const body = Buffer.concat([Buffer.from([0x0a, inner.length + 2, 0x0a, inner.length]), inner]);
    expect(decodeTraceProtobuf(body, wanted).spans[0]?.service).to.equal("s");
  });

  it("reads Tempo's JSON with base64 ids, words for enums and a partial status", () => {
    const body = {
      trace: {
        resourceSpans: [
          {
            resource: { attributes: [{ key: "service.name", value: { stringValue: "tq-svc" } }] },
            scopeSpans: [
              {
                scope: {},
                spans: [
                  {
                    traceId: "oAAAAAAAAAAAAAAAAKvAAg==",
                    spanId: "AAAAAAAAAAE=",
                    parentSpanId: "AAAAAAAAALE=",
                    name: "zipkin server",
                    kind: "SPAN_KIND_SERVER",
                    startTimeUnixNano: "1763700002010000000",
                    endTimeUnixNano: "1763700002060000000",
                    status: { code: "STATUS_CODE_ERROR", message: "boom" },
                  },
                ],
              },
            ],
          },
        ],
      },
      status: "PARTIAL",
      message: "too big",
    };
    const { spans, partial, message } = decodeTraceJson(Buffer.from(JSON.stringify(body)), wanted);
    expect([partial, message]).to.deep.equal([true, "too big"]);
    expect(spans[0]).to.include({
      spanId: "0000000000000001",
      parentSpanId: "00000000000000b1",
      service: "tq-svc",
      kind: "server",
      status: "error",
      statusMessage: "boom",
      startNs: 1763700002010000000n,
      durationNs: 50000000n,
    });
  });

  it("shows values as search sees them, so that a verdict does not depend on how a trace was read", () => {
    expect(asSearchSees("span", "k", ["only"])).to.equal("only");
    expect(asSearchSees("span", "k", ["a", "b"])).to.deep.equal(["a", "b"]);
    for (const invisible of [null, [], ["a", 1], [null], ["a", null]])
      expect(asSearchSees("span", "k", invisible)).to.equal(undefined);
  });

  it("does not show an array that a column of its type hides from every search", () => {
    expect(asSearchSees("span", "http.method", ["GET"])).to.equal(undefined);
    expect(asSearchSees("resource", "cluster", ["a", "b"])).to.equal(undefined);
    expect(asSearchSees("span", "http.status_code", [200, 500])).to.equal(undefined);
    expect(asSearchSees("span", "cluster", ["a", "b"])).to.deep.equal(["a", "b"]);
    expect(asSearchSees("span", "http.method", [1, 2])).to.deep.equal([1, 2]);
    expect(asSearchSees("span", "http.status_code", ["200", "500"])).to.deep.equal(["200", "500"]);
  });

  it("takes an array of integers and doubles for one of mixed types, as search does", () => {
    const values = [{ intValue: "1" }, { doubleValue: 1.5 }];
    expect(anyValueFromJson({ arrayValue: { values } })).to.equal(null);
    // AnyValue 5: ArrayValue 1: AnyValue 3: 1, AnyValue 4: 1.5
    const bytes = Buffer.from("2a0f0a0218010a0921000000000000f83f", "hex");
    expect(readAnyValue(new WireReader(bytes), bytes.length)).to.equal(null);
  });

  it("takes an empty service name for none, as blocks do", () => {
    const attributes = [{ key: "service.name", value: { stringValue: "" } }];
    const resourceSpans = [{ resource: { attributes }, scopeSpans: [{ spans: [{ ...IDS, name: "a" }] }] }];
    const { spans } = decodeTraceJson(Buffer.from(JSON.stringify({ trace: { resourceSpans } })), wanted);
    expect(spans[0]?.service).to.equal(undefined);
    expect(spans[0]?.resource.has("service.name")).to.equal(false);
  });

  it("answers malformed bodies with a protocol error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        try {
          decodeTraceProtobuf(Buffer.from(bytes), wanted);
        } catch (error) {
          expect(error).to.be.instanceOf(TempoError);
        }
      }),
      { numRuns: 1000 },
    );
    for (const body of [
      "{",
      "5",
      '{"trace":5}',
      '{"trace":{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":5}]}]}]}}',
    ]) {
      expect(() => decodeTraceJson(Buffer.from(body), wanted)).to.throw(TempoError);
    }
  });
});
