import { expect } from "chai";
import fc from "fast-check";
import { TempoError } from "../client/error.js";
import { projectionsFor } from "../projection.js";
import { searchResponse } from "../testing/arbitrary.js";
import { encode, messages } from "../testing/messages.js";
import type { SearchHit } from "./search-answer.js";
import { decodeSearchProtobuf } from "./search-protobuf.js";
import { searchProtobufSink } from "./search-sink.js";

const [projection] = projectionsFor([{ kind: "name" }, { kind: "attribute", key: "a" }], false) ?? [];

/** Cuts a body at these places, each a share of what is left. */
function pieces(body: Buffer, shares: readonly number[]): Buffer[] {
  const cut: Buffer[] = [];
  let rest = body;
  for (const share of shares) {
    const at = Math.floor(share * rest.length);
    cut.push(rest.subarray(0, at));
    rest = rest.subarray(at);
  }
  return [...cut, rest];
}

function readIn(chunks: readonly Buffer[], pieceBytes: number) {
  const sink = searchProtobufSink(projection, [] as SearchHit[], { pieceBytes });
  for (const chunk of chunks) sink.push(chunk);
  return sink.end();
}

const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
const pieceBytes = fc.integer({ min: 1, max: 200 });

describe("decoding a search answer while it comes in", () => {
  const { search } = messages();

  it("reads what it reads from the whole, wherever the chunks are cut", () => {
    fc.assert(
      fc.property(searchResponse, shares, pieceBytes, (response, cuts, size) => {
        const body = encode(search, response);
        fc.pre(body.length > 0);
        expect(readIn(pieces(body, cuts), size)).to.deep.equal(decodeSearchProtobuf(body, projection));
      }),
    );
  });

  it("finds the same fault that it finds in the whole, whatever the bytes and the cuts", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), shares, pieceBytes, (bytes, cuts, size) => {
        const body = Buffer.from(bytes);
        const inPieces = outcome(() => readIn(pieces(body, cuts), size));
        expect(inPieces).to.deep.equal(outcome(() => decodeSearchProtobuf(body, projection)));
      }),
    );
  });

  it("takes nothing at all for a lost answer", () => {
    expect(() => searchProtobufSink(projection, [] as SearchHit[]).end()).to.throw(TempoError, "found an empty body");
  });
});

/** What was read, or the kind of error. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof TempoError) return error.kind;
    throw error;
  }
}
