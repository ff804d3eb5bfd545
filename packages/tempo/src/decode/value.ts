import type { AttributeScalar, AttributeValue } from "@betrace/contracts";
import { protocolError } from "../client/error.js";
import { BYTES, FIXED64, VARINT, type WireReader } from "./wire.js";

/**
 * One `opentelemetry.proto.common.v1.AnyValue` (fields: 1 string, 2 bool, 3 int, 4 double, 5 array, 6 map, 7 bytes).
 * Maps, bytes and an empty value become `null`: present, but nothing a rule can compare. Does not recurse, so that a
 * value nested without end costs no stack.
 */
export function readAnyValue(reader: WireReader, end: number): AttributeValue {
  let value: AttributeValue = null;
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag === ((5 << 3) | BYTES)) value = readArray(reader, reader.readEnd(end));
    else value = readScalar(reader, tag, end, value);
  }
  return value;
}

function readScalar<T extends AttributeValue>(
  reader: WireReader,
  tag: number,
  end: number,
  before: T,
): T | AttributeScalar {
  switch (tag) {
    case (1 << 3) | BYTES:
      return reader.readString(end);
    case (2 << 3) | VARINT:
      reader.readVarint64(end);
      return reader.lo !== 0 || reader.hi !== 0;
    case (3 << 3) | VARINT:
      reader.readVarint64(end);
      return reader.int64();
    case (4 << 3) | FIXED64:
      reader.readFixed64(end);
      return reader.double();
    default:
      reader.skip(tag, end);
      return tag >>> 3 >= 5 && tag >>> 3 <= 7 ? null : before;
  }
}

/** `null` for an array that mixes integers and doubles: decoded they look alike, and Tempo treats it as any mixed array. */
function readArray(reader: WireReader, end: number): AttributeScalar[] | null {
  const values: AttributeScalar[] = [];
  const numberTags = new Set<number>();
  while (reader.pos < end) {
    const tag = reader.readTag(end);
    if (tag !== ((1 << 3) | BYTES)) {
      reader.skip(tag, end);
      continue;
    }
    const stop = reader.readEnd(end);
    let value: AttributeScalar = null;
    while (reader.pos < stop) {
      const inner = reader.readTag(stop);
      if (inner === ((3 << 3) | VARINT) || inner === ((4 << 3) | FIXED64)) numberTags.add(inner);
      value = readScalar(reader, inner, stop, value);
    }
    values.push(value);
  }
  return numberTags.size > 1 ? null : values;
}

/** The JSON form of the same (protobuf JSON mapping: int64 as a string, bytes in base64, `NaN` and infinities as strings). */
export function anyValueFromJson(json: unknown): AttributeValue {
  if (typeof json !== "object" || json === null) return null;
  if ("arrayValue" in json) {
    const array = json.arrayValue;
    if (typeof array !== "object" || array === null || !("values" in array) || !Array.isArray(array.values)) return [];
    const values: readonly unknown[] = array.values;
    const has = (key: string) => values.some((one) => typeof one === "object" && one !== null && key in one);
    return has("intValue") && has("doubleValue") ? null : values.map(scalarFromJson);
  }
  return scalarFromJson(json);
}

function scalarFromJson(json: unknown): AttributeScalar {
  if (typeof json !== "object" || json === null) return null;
  if ("stringValue" in json)
    return typeof json.stringValue === "string" ? json.stringValue : wrong("stringValue", json.stringValue);
  if ("boolValue" in json)
    return typeof json.boolValue === "boolean" ? json.boolValue : wrong("boolValue", json.boolValue);
  if ("intValue" in json) return int64FromJson(json.intValue);
  if ("doubleValue" in json) {
    const value = json.doubleValue;
    if (typeof value === "number") return value;
    if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
    return wrong("doubleValue", value);
  }
  return null;
}

/** An int64 in JSON: a decimal string, or a number as some writers send. */
export function int64FromJson(value: unknown): number | bigint {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  if (typeof value !== "string" || !/^-?\d{1,19}$/.test(value)) return wrong("an int64", value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
}

/** An uint64 in JSON as a bigint; zero where the field is absent, as the protobuf JSON mapping leaves zeros out. */
export function uint64FromJson(value: unknown): bigint {
  if (value === undefined || value === null) return 0n;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === "string" && /^\d{1,20}$/.test(value)) return BigInt(value);
  return wrong("an uint64", value);
}

function wrong(expected: string, found: unknown): never {
  throw protocolError(`Malformed JSON from Tempo: expected ${expected}, found ${JSON.stringify(found)?.slice(0, 80)}.`);
}
