import fc from "fast-check";
import { TempoError } from "../client/error.js";
import { decodeTraceJson } from "../decode/otlp-json.js";
import { decodeTraceProtobuf } from "../decode/otlp-protobuf.js";
import { wantedBy } from "../decode/otlp-span.js";
import type { SearchHit } from "../decode/search-answer.js";
import { decodeSearchJson } from "../decode/search-json.js";
import { searchProtobufSink } from "../decode/search-sink.js";
import { projectionsFor } from "../projection.js";
import { searchResponse, traceByIdResponse } from "./arbitrary.js";
import { encode, messages } from "./messages.js";

const FIELDS = [
  { kind: "name" },
  { kind: "status" },
  { kind: "attribute", key: "a" },
  { kind: "resource", key: "b" },
] as const;
const [PROJECTION] = projectionsFor(FIELDS, true) ?? [];
const WANTED = wantedBy(FIELDS);
const { search, byId } = messages();

/** Every way an answer is read; a search in protobuf comes in pieces, cut anywhere. */
const DECODERS: Readonly<Record<string, (body: Buffer) => unknown>> = {
  "search, protobuf": (body) => {
    const sink = searchProtobufSink(PROJECTION, [] as SearchHit[], { pieceBytes: 64 });
    for (let at = 0; at < body.length; at += 50) sink.push(body.subarray(at, at + 50));
    return sink.end();
  },
  "search, JSON": (body) => decodeSearchJson(body, PROJECTION),
  "trace, protobuf": (body) => decodeTraceProtobuf(body, WANTED),
  "trace, JSON": (body) => decodeTraceJson(body, WANTED),
};

/** True answers of any kind, and what is no answer at all. */
const whole: fc.Arbitrary<Buffer> = fc.oneof(
  searchResponse.map((value) => encode(search, value)),
  traceByIdResponse.map((value) => encode(byId, value)),
  searchResponse.map((value) => jsonOf(search, value)),
  traceByIdResponse.map((value) => jsonOf(byId, value)),
  fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);
/** To make one takes a hundred times as long as to damage one. */
const DAMAGED_PER_WHOLE = 100;
const MOST_DAMAGES = 4;

function jsonOf(type: typeof search, value: object): Buffer {
  const plain = type.toObject(type.fromObject(value), { longs: String, bytes: String, json: true });
  return Buffer.from(JSON.stringify(plain));
}

function damage(body: Buffer, kind: number, where: number, byte: number): Buffer {
  const at = Math.floor(where * body.length);
  const copy = Buffer.from(body);
  switch (kind) {
    case 0:
      return copy.subarray(0, at);
    case 1:
      return Buffer.concat([body.subarray(0, at), Buffer.from([byte]), body.subarray(at)]);
    case 2:
      return Buffer.concat([body.subarray(0, at), body.subarray(at + 1 + (byte >> 5))]);
    case 3:
      // A length or a number with all bits set.
      return Buffer.concat([body.subarray(0, at), Buffer.alloc(1 + (byte % 10), 0xff), body.subarray(at)]);
    case 4:
      return Buffer.concat([body.subarray(0, at), body.subarray(at >> 1)]);
    case 5:
      // A message within itself, or a list within itself, many times over.
      return Buffer.concat([...Array.from({ length: byte }, () => body.subarray(0, Math.min(at, 6))), body]);
    default:
      if (copy.length > 0) copy[Math.min(at, copy.length - 1)] = byte;
      return copy;
  }
}

/** What became of so many damaged answers: read all the same, or refused. */
export interface Damaged {
  readonly answers: number;
  readonly read: number;
  readonly refused: number;
}

/**
 * Gives damaged answers to every decoder. Throws, with the seed and the answer in base64, where one throws anything but a `TempoError`
 * of kind `protocol`.
 */
export function decodeDamaged(answers: number, seed: number): Damaged {
  const bodies = fc.sample(whole, { numRuns: Math.ceil(answers / DAMAGED_PER_WHOLE) + 20, seed });
  // Numerical Recipes' generator (Press et al., 7.1): the high bits decide.
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  let read = 0;
  let refused = 0;
  for (let n = 0; n < answers; n++) {
    let body = bodies[below(bodies.length)] ?? Buffer.alloc(0);
    for (let left = below(MOST_DAMAGES + 1); left > 0; left--)
      body = damage(body, below(7), below(2 ** 20) / 2 ** 20, below(256));
    for (const [name, decode] of Object.entries(DECODERS)) {
      try {
        decode(body);
        read++;
      } catch (error) {
        if (!(error instanceof TempoError) || error.kind !== "protocol")
          throw new Error(`seed ${seed}, ${name}: ${body.toString("base64")}`, { cause: error });
        refused++;
      }
    }
  }
  return { answers, read, refused };
}
