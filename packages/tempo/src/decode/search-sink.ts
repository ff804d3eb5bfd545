import type { BodySink } from "../client/body.js";
import { protocolError } from "../client/error.js";
import type { Projection } from "../projection.js";
import { BYTES_PER_SPAN } from "../limits.js";
import type { SpanRoom } from "../span-room.js";
import type { ListedTraces } from "../trace-list.js";
import type { SearchAnswer, SearchHit } from "./search-answer.js";
import { decodeSearchProtobuf } from "./search-protobuf.js";
import { BYTES, FIXED32, FIXED64, VARINT } from "./wire.js";

/** Where decoded spans find room. */
export interface Holding {
  readonly room: SpanRoom;
  readonly maxSpansPerTrace: number;
  /** The spans of a trace that starts before this are not kept. */
  readonly fromNs: bigint;
}

/** Bytes decoded at a time: enough that repeated strings are made once, few beside what is decoded from them. */
const PIECE_BYTES = 512 * 1024;

/**
 * Decodes a `tempopb.SearchResponse` while it comes in, so that neither the body nor a copy of it is ever in memory as a whole: a
 * message cut between two of its fields is two messages. Hits are pushed to `hits`, which is empty at first. Throws a `protocol` error for malformed or missing content, and
 * `TooDense` where there is no room for the spans that came.
 */
export function searchProtobufSink<Hits extends ListedTraces>(
  projection: Projection | undefined,
  hits: Hits & { push(hit: SearchHit): void },
  { pieceBytes = PIECE_BYTES, holding }: { readonly pieceBytes?: number; readonly holding?: Holding } = {},
): BodySink<SearchAnswer<Hits>> {
  let completedJobs = 0;
  let totalJobs = 0;
  let held: Buffer[] = [];
  let bytes = 0;
  let wanted = pieceBytes;
  let empty = true;
  let weight = 0;

  function decode(piece: Buffer): void {
    const most = holding && Math.min(holding.maxSpansPerTrace, holding.room.free);
    const answer = decodeSearchProtobuf(piece, projection, most);
    let spans = 0;
    for (const hit of answer.hits) {
      if (hit.tooMany && holding !== undefined && most !== holding.maxSpansPerTrace) throw holding.room.overfull();
      const kept = holding !== undefined && hit.startNs < holding.fromNs ? { ...hit, spans: [] } : hit;
      spans += kept.spans.length;
      hits.push(kept);
    }
    if (holding !== undefined && spans > 0) {
      // The texts of a span are in the piece, so that they take no more than it does.
      const more = Math.max(spans, Math.floor(piece.length / BYTES_PER_SPAN));
      weight += more;
      holding.room.take(more);
    }
    completedJobs = answer.completedJobs || completedJobs;
    totalJobs = answer.totalJobs || totalJobs;
  }

  const joined = (): Buffer => (held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held, bytes));

  return {
    get heldBytes() {
      return bytes;
    },
    push(chunk) {
      empty = false;
      held.push(chunk);
      bytes += chunk.length;
      if (bytes < wanted) return;
      const piece = joined();
      const { end, missing } = wholeFields(piece);
      if (end > 0) decode(piece.subarray(0, end));
      // A copy, so that what is decoded can be freed.
      const rest = Buffer.from(piece.subarray(end));
      held = [rest];
      bytes = rest.length;
      wanted = bytes + Math.max(pieceBytes, missing);
    },
    end() {
      // Tempo always sends its metrics: nothing at all is what a proxy says that lost the answer, not "no traces".
      if (empty) throw protocolError("Expected a search answer, found an empty body.");
      if (bytes > 0) decode(joined());
      held = [];
      return { hits, weight, completedJobs, totalJobs };
    },
    drop: () => holding?.room.give(weight),
  };
}

/**
 * Where the last whole field of a message's beginning ends, and how many bytes the next one lacks, as far as that is known.
 * What is no message counts as whole: decoding says what is wrong with it.
 */
function wholeFields(buffer: Buffer): { readonly end: number; readonly missing: number } {
  const whole = { end: buffer.length, missing: 0 };
  let pos = 0;
  let end = 0;
  /** Undefined if the buffer ends first, NaN for what is no varint. */
  const number = (): number | undefined => {
    let value = 0;
    for (let factor = 1; factor < 2 ** 70; factor *= 128) {
      const byte = buffer[pos++];
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (pos < buffer.length) {
    const tag = number();
    if (tag === undefined) break;
    const wire = tag % 8;
    const next =
      wire === BYTES || wire === VARINT ? number() : wire === FIXED64 ? 8 : wire === FIXED32 ? 4 : Number.NaN;
    if (next === undefined) break;
    if (Number.isNaN(next)) return whole;
    const length = wire === VARINT ? 0 : next;
    if (pos + length > buffer.length) return { end, missing: pos + length - buffer.length };
    pos += length;
    end = pos;
  }
  return { end, missing: 0 };
}
