import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import protobuf from "protobufjs";
import { startTempoLite, type TempoLite } from "../index.js";
import { traceSchema } from "../otlp/schema.js";

const NOW_NS = 1_800_000_000_000_000_000n;
const DAY_NS = 86_400_000_000_000n;
const JSON_TYPE = "application/json";
const PROTOBUF = "application/x-protobuf";

const RESPONSE = protobuf
  .parse(
    `syntax = "proto3";
     message Response { Partial partial_success = 1; }
     message Partial { int64 rejected_spans = 1; string error_message = 2; }`,
  )
  .root.lookupType("Response");

interface Fields {
  readonly [name: string]: unknown;
}

const good = (trace: number, more: Fields = {}): Fields => ({
  traceId: trace.toString(16).padStart(32, "0"),
  spanId: "00000000000000a1",
  name: "a",
  kind: 2,
  startTimeUnixNano: String(NOW_NS - DAY_NS),
  endTimeUnixNano: String(NOW_NS - DAY_NS + 5n),
  ...more,
});

/** Spans that cannot be kept, and what is said of them: in a request with ids in hex and in one with bytes. */
const BAD: readonly [what: string, fields: Fields, says: RegExp][] = [
  ["no trace id", { traceId: "" }, /spans\[1\]\.traceId: expected a trace id/],
  ["a trace id of 8 bytes", { traceId: "00000000000000a1" }, /spans\[1\]\.traceId: expected a trace id/],
  ["a span id of zeros", { spanId: "0".repeat(16) }, /spans\[1\]\.spanId: expected a span id .*not all zero/],
  ["a span id of 16 bytes", { spanId: "1".repeat(32) }, /spans\[1\]\.spanId: expected a span id/],
  ["a parent of 2 bytes", { parentSpanId: "abcd" }, /spans\[1\]\.parentSpanId: expected a span id/],
  ["a kind beyond the last", { kind: 6 }, /spans\[1\]\.kind: expected a number from 0 to 5.*found 6/],
  ["a kind below the first", { kind: -1 }, /spans\[1\]\.kind: expected a number from 0 to 5.*found -1/],
  ["a status beyond the last", { status: { code: 3 } }, /spans\[1\]\.status\.code: .*found 3/],
  ["no start", { startTimeUnixNano: "0" }, /startTimeUnixNano: expected the time at which the span started/],
  ["a start beyond 2262", { startTimeUnixNano: String(1n << 63n) }, /startTimeUnixNano: expected Unix nanoseconds/],
  [
    "a start more than a day ahead",
    { startTimeUnixNano: String(NOW_NS + DAY_NS) },
    /startTimeUnixNano: expected Unix nanoseconds before 2027-01-16T08:00:00.000Z and after 1970, found 1800086400000000000/,
  ],
];

describe("a request of which some spans cannot be kept", () => {
  let lite: TempoLite;
  let folder: string;
  const start = () => startTempoLite({ httpPort: 0, otlpPort: 0, dataDir: folder, nowNs: () => NOW_NS });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tempo-lite-"));
    lite = await start();
  });
  afterEach(async () => {
    await lite.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function push(spans: readonly Fields[], type: string) {
    const body = type === JSON_TYPE ? JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }) : encoded(spans);
    const response = await fetch(`${lite.otlpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    return { status: response.status, type: response.headers.get("content-type"), bytes: await bytesOf(response) };
  }

  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

  for (const type of [JSON_TYPE, PROTOBUF]) {
    for (const [what, fields, says] of BAD) {
      it(`keeps the others and counts it, in the answer's own encoding: ${what}, ${type}`, async () => {
        const answer = await push([good(1), good(2, fields), good(3)], type);
        expect([answer.status, answer.type]).to.deep.equal([200, type]);
        const { rejectedSpans, errorMessage } = partialSuccess(answer.bytes, type);
        expect(rejectedSpans).to.equal("1");
        expect(errorMessage).to.match(says);
        expect(lite.figures()).to.deep.equal({ traces: 2, spans: 2 });
        const alone = await push([good(2, fields)], type);
        expect(alone.status).to.equal(400);
        await lite.close();
        lite = await start();
        expect(lite.figures(), "after a restart").to.deep.equal({ traces: 2, spans: 2 });
      });
    }

    it(`says nothing of a request that was kept in full: ${type}`, async () => {
      const { status, bytes } = await push([good(1), good(2, { parentSpanId: "0".repeat(16) })], type);
      expect(status).to.equal(200);
      expect(bytes.toString()).to.equal(type === JSON_TYPE ? '{"partialSuccess":{}}' : "");
    });
  }

  it("takes a span that starts a little ahead", async () => {
    await push([good(1, { startTimeUnixNano: String(NOW_NS + DAY_NS - 1n) })], JSON_TYPE);
    expect(lite.figures().spans).to.equal(1);
  });
});

function partialSuccess(bytes: Buffer, type: string): { rejectedSpans: unknown; errorMessage: unknown } {
  if (type === JSON_TYPE) return JSON.parse(bytes.toString()).partialSuccess;
  return RESPONSE.toObject(RESPONSE.decode(bytes), { longs: String }).partialSuccess;
}

function encoded(spans: readonly Fields[]): Uint8Array {
  const { trace } = traceSchema();
  const bytes = (hex: unknown) => Buffer.from(String(hex ?? ""), "hex");
  const asBytes = spans.map((span) => ({
    ...span,
    traceId: bytes(span.traceId),
    spanId: bytes(span.spanId),
    parentSpanId: bytes(span.parentSpanId),
  }));
  return trace.encode(trace.fromObject({ resourceSpans: [{ scopeSpans: [{ spans: asBytes }] }] })).finish();
}
