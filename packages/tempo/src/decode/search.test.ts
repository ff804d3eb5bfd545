import type { AttributeValue } from "@betrace/contracts";
import { expect } from "chai";
import fc from "fast-check";
import type protobuf from "protobufjs";
import { TempoError } from "../client/error.js";
import { projectionsFor } from "../projection.js";
import { searchResponse } from "../testing/arbitrary.js";
import { encode, messages } from "../testing/messages.js";
import type { SearchAnswer } from "./search-answer.js";
import { decodeSearchJson } from "./search-json.js";
import { decodeSearchProtobuf } from "./search-protobuf.js";
import { anyValueFromJson } from "./value.js";

const [projection] =
  projectionsFor(
    [
      { kind: "name" },
      { kind: "status" },
      { kind: "service" },
      { kind: "attribute", key: "a" },
      { kind: "attribute", key: "user.region" },
      { kind: "resource", key: "b" },
    ],
    false,
  ) ?? [];

/** What protobufjs reads from the same bytes, in the shape of Tempo's JSON. */
function oracle(type: protobuf.Type, body: Buffer): Record<string, unknown> {
  const plain = type.toObject(type.decode(body), { longs: String, bytes: String, json: true, defaults: false });
  return camelValues(plain) as Record<string, unknown>;
}

function camelValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelValues);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.endsWith("_value") ? `${key.slice(0, -"_value".length)}Value` : key,
      camelValues(inner),
    ]),
  );
}

const plain = (answer: SearchAnswer): unknown =>
  JSON.parse(
    JSON.stringify(answer, (_key, value: unknown) => {
      if (typeof value === "bigint") return `${value}n`;
      if (typeof value === "number" && !Number.isFinite(value)) return String(value);
      if (value instanceof Map) return [...value].sort(([a], [b]) => (a < b ? -1 : 1));
      if (value instanceof Set) return [...value].sort();
      return value;
    }),
  );

describe("decoding search answers", () => {
  const { search } = messages();

  it("reads from protobuf what protobufjs and the JSON decoder read", () => {
    fc.assert(
      fc.property(searchResponse, (response) => {
        const body = encode(search, response);
        const json = Buffer.from(JSON.stringify(oracle(search, body)));
        expect(plain(decodeSearchProtobuf(body, projection))).to.deep.equal(plain(decodeSearchJson(json, projection)));
      }),
      { numRuns: 300 },
    );
  });

  it("reads each span's numbers exactly", () => {
    const body = encode(search, {
      traces: [
        {
          traceID: "abc",
          startTimeUnixNano: "18446744073709551615",
          spanSets: [
            {
              matched: 1,
              spans: [
                {
                  spanID: "00000000000000a1",
                  startTimeUnixNano: "1763700001500000001",
                  durationNanos: "18446744073609551616",
                  attributes: [{ key: "a", value: { int_value: "-9223372036854775808" } }],
                },
              ],
            },
          ],
        },
      ],
    });
    const [hit] = decodeSearchProtobuf(body, projection).hits;
    expect(hit?.traceId).to.equal("abc".padStart(32, "0"));
    expect(hit?.startNs).to.equal(18446744073709551615n);
    expect(hit?.spans[0]?.startNs).to.equal(1763700001500000001n);
    expect(hit?.spans[0]?.durationNs, "an end before the start").to.equal(0n);
    expect(hit?.spans[0]?.attributes.get("a")).to.equal(-9223372036854775808n);
  });

  it("keeps integers as numbers exactly where they are safe", () => {
    const values: readonly [string, AttributeValue][] = [
      ["9007199254740991", Number.MAX_SAFE_INTEGER],
      ["9007199254740992", 9007199254740992n],
      ["-9007199254740991", Number.MIN_SAFE_INTEGER],
      ["-9007199254740992", -9007199254740992n],
      ["-1", -1],
      ["4294967296", 4294967296],
    ];
    for (const [text, expected] of values) {
      const attributes = [{ key: "a", value: { int_value: text } }];
      const body = encode(search, { traces: [{ traceID: "1", spanSets: [{ spans: [{ spanID: "1", attributes }] }] }] });
      expect(decodeSearchProtobuf(body, projection).hits[0]?.spans[0]?.attributes.get("a")).to.equal(expected);
      expect(anyValueFromJson({ intValue: text })).to.equal(expected);
    }
  });

  it("marks traces whose span sets were cut, and values that Tempo withheld", () => {
    const trace = (matched: number, value: string) => ({
      traces: [
        {
          traceID: "1",
          spanSets: [{ matched, spans: [{ spanID: "1", attributes: [{ key: "a", value: { string_value: value } }] }] }],
        },
      ],
    });
    const cut = decodeSearchProtobuf(encode(search, trace(2, "x")), projection).hits[0];
    expect(cut?.cut).to.equal(true);
    const nil = decodeSearchProtobuf(encode(search, trace(1, "nil")), projection).hits[0];
    expect(nil?.cut).to.equal(false);
    expect([...(nil?.nilKeys ?? [])]).to.deep.equal(['span."a"']);
    expect(nil?.spans[0]?.attributes.has("a")).to.equal(false);
  });

  it("takes an empty service name for none, and doubts it where the rule reads the attribute", () => {
    const attributes = [{ key: "service.name", value: { string_value: "" } }];
    const body = encode(search, { traces: [{ traceID: "1", spanSets: [{ spans: [{ spanID: "1", attributes }] }] }] });
    for (const [fields, doubts] of [
      [[{ kind: "service" }], []],
      [[{ kind: "resource", key: "service.name" }], ['resource."service.name"']],
    ] as const) {
      const hit = decodeSearchProtobuf(body, projectionsFor(fields, false)?.[0]).hits[0];
      expect(hit?.spans[0]?.service).to.equal(undefined);
      expect(hit?.spans[0]?.resource.has("service.name")).to.equal(false);
      expect([...(hit?.nilKeys ?? [])]).to.deep.equal(doubts);
    }
  });

  it("marks a trace where two values came under one name", () => {
    const attributes = [
      { key: "a", value: { string_value: "x" } },
      { key: "a", value: { string_value: "y" } },
    ];
    const response = { traces: [{ traceID: "1", spanSets: [{ matched: 1, spans: [{ spanID: "1", attributes }] }] }] };
    expect(decodeSearchProtobuf(encode(search, response), projection).hits[0]?.cut).to.equal(true);
  });

  it("answers malformed bodies with a protocol error, quickly", () => {
    const sample = encode(search, {
      traces: [
        {
          traceID: "abc",
          spanSets: [{ spans: [{ spanID: "1", name: "x", attributes: [{ key: "a", value: { int_value: "5" } }] }] }],
        },
      ],
      metrics: { completedJobs: 1 },
    });
    const mutated = fc
      .tuple(fc.nat(sample.length - 1), fc.nat(255), fc.nat(sample.length))
      .map(([at, byte, length]) => {
        const copy = Buffer.from(sample);
        copy[at] = byte;
        return copy.subarray(0, length);
      });
    const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(mutated, random), (body) => {
        for (const decode of [decodeSearchProtobuf, decodeSearchJson]) {
          try {
            decode(body, projection);
          } catch (error) {
            expect(error).to.be.instanceOf(TempoError);
            expect((error as TempoError).kind).to.equal("protocol");
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("refuses JSON of the wrong shape", () => {
    for (const body of [
      "",
      "<html>",
      "[]",
      '{"traces":5}',
      '{"traces":[5]}',
      '{"traces":[{"startTimeUnixNano":"x"}]}',
    ]) {
      expect(() => decodeSearchJson(Buffer.from(body), projection)).to.throw(TempoError);
    }
  });
});
