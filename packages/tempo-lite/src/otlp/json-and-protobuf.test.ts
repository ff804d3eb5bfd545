import { expect } from "chai";
import fc from "fast-check";
import { Interner } from "../store/intern.js";
import { decodeExportRequest } from "./decode.js";
import { encodeReceived, traceJson } from "./encode.js";
import { requestFromJson } from "./request-from-json.js";
import { traceSchema } from "./schema.js";

const FAR_NS = 1n << 63n;

const hex = (bytes: number, leastSignificant = 1) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((all) => Buffer.from(all.map((byte, at) => (at === 0 ? byte | leastSignificant : byte))).toString("hex"));
const text = fc.oneof(fc.string({ maxLength: 6 }), fc.string({ unit: "grapheme", maxLength: 6 }));
const uint64 = fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }).map(String);
const count = fc.nat(0xffff_ffff);

const { value } = fc.letrec<{ value: object; attribute: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(
      fc.record({ stringValue: text }),
      fc.record({ boolValue: fc.boolean() }),
      fc.record({ intValue: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String) }),
      fc.record({ doubleValue: fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0) }),
      fc.record({ bytesValue: fc.uint8Array({ maxLength: 4 }).map((all) => Buffer.from(all).toString("base64")) }),
      fc.constant({}),
    ),
    fc.array(tie("value"), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    fc.array(tie("attribute"), { maxLength: 2 }).map((values) => ({ kvlistValue: { values } })),
  ),
  attribute: fc.record({ key: text, value: tie("value") }),
}));
const attributes = fc.array(fc.record({ key: text, value }), { maxLength: 3 });

/** Some spans that cannot be kept among those that can. */
const span = fc.record(
  {
    traceId: fc.oneof({ weight: 9, arbitrary: hex(16) }, { weight: 1, arbitrary: fc.constant("") }),
    spanId: fc.oneof({ weight: 9, arbitrary: hex(8) }, { weight: 1, arbitrary: fc.constant("0".repeat(16)) }),
    parentSpanId: fc.oneof(hex(8), fc.constantFrom("", "0".repeat(16))),
    traceState: text,
    flags: count,
    name: text,
    kind: fc.integer({ min: 0, max: 6 }),
    startTimeUnixNano: uint64,
    endTimeUnixNano: uint64,
    attributes,
    events: fc.array(fc.record({ timeUnixNano: uint64, name: text, attributes, droppedAttributesCount: count }), {
      maxLength: 2,
    }),
    links: fc.array(fc.record({ traceId: hex(16), spanId: hex(8), traceState: text, attributes, flags: count }), {
      maxLength: 2,
    }),
    status: fc.record({ code: fc.nat(2), message: text }),
    droppedAttributesCount: count,
    droppedEventsCount: count,
    droppedLinksCount: count,
  },
  { requiredKeys: ["traceId", "spanId", "startTimeUnixNano"] },
);
const request = fc.array(
  fc.record({
    resource: fc.record({ attributes, droppedAttributesCount: count }),
    scopeSpans: fc.array(
      fc.record({
        scope: fc.record({ name: text, version: text, attributes }),
        spans: fc.array(span, { maxLength: 3 }),
      }),
      { maxLength: 2 },
    ),
  }),
  { maxLength: 2 },
);

type Json = Readonly<Record<string, unknown>>;

/** The same request for protobufjs, which takes ids for base64. */
function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Json).map(([key, inner]) =>
      /^(?:trace|span|parentSpan)Id$/.test(key) ? [key, Buffer.from(String(inner), "hex")] : [key, withBytes(inner)],
    ),
  );
}

describe("one request in JSON and in protobuf", () => {
  it("gives the same spans, and rejects the same", () => {
    fc.assert(
      fc.property(request, (resourceSpans) => {
        const { trace } = traceSchema();
        const protobuf = trace.encode(trace.fromObject({ resourceSpans: withBytes(resourceSpans) as object })).finish();
        const json = requestFromJson(Buffer.from(JSON.stringify({ resourceSpans })), FAR_NS);
        const [fromProtobuf, fromJson] = [protobuf, json.request].map((body) =>
          decodeExportRequest(body, new Interner()),
        );
        expect(json.rejected.length, "rejected").to.equal(fromProtobuf?.rejected.length);
        expect(fromJson?.rejected).to.deep.equal([]);
        expect(shown(fromJson?.spans)).to.deep.equal(shown(fromProtobuf?.spans));
      }),
      { numRuns: 500 },
    );
  });

  const shown = (spans: ReturnType<typeof decodeExportRequest>["spans"] = []) => ({
    searched: spans.map(({ traceId, span: { resource, scope, rest, attributes, ...span } }) => ({
      traceId,
      ...span,
      keys: attributes.keys,
    })),
    // Resources that are equal need not be one.
    whole: spans.map((one) => traceJson(encodeReceived([one]))),
  });
});
