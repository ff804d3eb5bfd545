import fc from "fast-check";
import type { OtlpAttribute, OtlpMap, OtlpResourceSpans, OtlpSpan, OtlpValue } from "../model.js";

const id = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((all) => Buffer.from(all.some((byte) => byte > 0) ? all : all.fill(7)).toString("hex"));

const text = fc.oneof(
  fc.constantFrom("", "db.query", 'a "quoted": [1234567890123456789, {'),
  fc.string({ maxLength: 8 }),
);
const uint64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const startNs = fc.bigInt({ min: 1n, max: (1n << 63n) - 1n });
const int64 = fc.oneof(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), fc.bigInt({ min: -9n, max: 9n }));
const uint32 = fc.nat(0xffff_ffff);

const { value } = fc.letrec<{ value: OtlpValue; attribute: OtlpAttribute }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(text, fc.boolean(), int64, fc.double(), fc.constant(null), fc.uint8Array({ maxLength: 5 })),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(tie("attribute"), { maxLength: 2 }).map((entries): OtlpMap => ({ entries })),
  ),
  attribute: fc.record({ key: text, value: tie("value") }),
}));

const attributes = fc.array(fc.record({ key: text, value }), { maxLength: 3 });

/** Any span that a document can say. */
export const anySpan: fc.Arbitrary<OtlpSpan> = fc.record({
  traceId: id(16),
  spanId: id(8),
  parentSpanId: fc.oneof(fc.constant(""), id(8)),
  traceState: text,
  flags: uint32,
  name: text,
  kind: fc.nat(5),
  startNs,
  endNs: uint64,
  attributes,
  droppedAttributesCount: uint32,
  events: fc.array(fc.record({ timeNs: uint64, name: text, attributes, droppedAttributesCount: uint32 }), {
    maxLength: 2,
  }),
  droppedEventsCount: uint32,
  links: fc.array(
    fc.record({
      traceId: fc.oneof(fc.constant(""), id(16)),
      spanId: fc.oneof(fc.constant(""), id(8)),
      traceState: text,
      flags: uint32,
      attributes,
      droppedAttributesCount: uint32,
    }),
    { maxLength: 2 },
  ),
  droppedLinksCount: uint32,
  statusCode: fc.nat(2),
  statusMessage: text,
});

/** Any part of a document. */
export const anyGroup: fc.Arbitrary<OtlpResourceSpans> = fc.record({
  resource: fc.record({ attributes, droppedAttributesCount: uint32 }),
  schemaUrl: text,
  scopeSpans: fc.array(
    fc.record({
      scope: fc.record({ name: text, version: text, attributes, droppedAttributesCount: uint32 }),
      schemaUrl: text,
      spans: fc.array(anySpan, { maxLength: 3 }),
    }),
    { maxLength: 2 },
  ),
});
