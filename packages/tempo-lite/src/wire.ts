import type protobuf from "protobufjs";
import type { Scalar } from "./store/model.js";

const MASK = 0xffff_ffffn;

/** Writes a uint64 or int64 field as a varint. `bigint`s go in as two halves, so nothing passes through a double. */
export function writeVarint64(writer: protobuf.Writer, field: number, value: bigint): void {
  const low = Number(value & MASK) | 0;
  const high = Number((value >> 32n) & MASK) | 0;
  writer.uint32(field << 3).uint64(halves(low, high));
}

/** protobufjs reads the two halves of any object that has them; its types ask for a whole `Long`. */
function halves(low: number, high: number): protobuf.Long {
  return { low, high, unsigned: true } as protobuf.Long;
}

/** Writes a fixed64 field. */
export function writeFixed64(writer: protobuf.Writer, field: number, value: bigint): void {
  writer
    .uint32((field << 3) | 1)
    .fixed32(Number(value & MASK))
    .fixed32(Number((value >> 32n) & MASK));
}

/** Writes a message or bytes field. */
export function writeBytes(writer: protobuf.Writer, field: number, bytes: Uint8Array): void {
  writer.uint32((field << 3) | 2).bytes(bytes);
}

/** Writes a string field; the empty string is left out, as proto3 does. */
export function writeText(writer: protobuf.Writer, field: number, text: string): void {
  if (text !== "") writer.uint32((field << 3) | 2).string(text);
}

/** Writes a uint32 field; zero is left out. */
export function writeUint32(writer: protobuf.Writer, field: number, value: number): void {
  if (value !== 0) writer.uint32(field << 3).uint32(value);
}

/** The fields of `opentelemetry.proto.common.v1.AnyValue` for a scalar, or for an array of scalars (field 5). */
export function writeAnyValue(writer: protobuf.Writer, value: Scalar | readonly Scalar[]): void {
  switch (typeof value) {
    case "string":
      writer.uint32(0x0a).string(value);
      return;
    case "boolean":
      writer.uint32(0x10).bool(value);
      return;
    case "bigint":
      writeVarint64(writer, 3, value);
      return;
    case "number":
      writer.uint32(0x21).double(value);
      return;
    default:
      writer.uint32(0x2a).fork();
      for (const element of value) {
        writer.uint32(0x0a).fork();
        writeAnyValue(writer, element);
        writer.ldelim();
      }
      writer.ldelim();
  }
}
