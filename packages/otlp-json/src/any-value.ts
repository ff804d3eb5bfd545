import { fieldsOf, listOf, message, objectOf, textOf } from "./fields.js";
import type { OtlpAttribute, OtlpMap, OtlpValue } from "./model.js";
import { doubleOf, int64Of } from "./numbers.js";
import { misread, OtlpJsonError } from "./otlp-json-error.js";
import { each, within } from "./within.js";

const ARRAY = message("values");

/** A list of `KeyValue`s. */
export function attributesOf(value: unknown, place = "attributes"): readonly OtlpAttribute[] {
  const list = listOf(value, place);
  return list.length === 0 ? NO_ATTRIBUTES : each(list, place, attributeOf);
}

const NO_ATTRIBUTES: readonly OtlpAttribute[] = [];

/** One `KeyValue`: it and its value are closed, so that a value in another shape is never taken for none. */
function attributeOf(json: unknown): OtlpAttribute {
  const object = objectOf(json, "");
  for (const name in object) {
    if (name !== "key" && name !== "value" && object[name] !== null)
      throw new OtlpJsonError("", `expected key and value only, found ${JSON.stringify(name)}`);
  }
  return { key: textOf(object.key, "key"), value: anyValueOf(object.value) };
}

const EXPECTED = 'an AnyValue such as {"stringValue": "…"}';

function anyValueOf(json: unknown): OtlpValue {
  if (json === undefined || json === null) return null;
  if (typeof json !== "object" || Array.isArray(json)) throw misread("value", EXPECTED, json);
  const object = json as Readonly<Record<string, unknown>>;
  let value: OtlpValue | undefined;
  for (const name in object) {
    const inner = object[name];
    if (inner === null) continue;
    if (value !== undefined) throw misread("value", "one value", json);
    value = valueUnder(name, inner, json);
  }
  return value ?? null;
}

function valueUnder(name: string, value: unknown, whole: unknown): OtlpValue {
  switch (name) {
    case "stringValue":
    case "string_value":
      return typeof value === "string" ? value : refuse(name, "a string", value);
    case "boolValue":
    case "bool_value":
      return typeof value === "boolean" ? value : refuse(name, "true or false", value);
    case "intValue":
    case "int_value":
      return int64Of(value, `value.${name}`);
    case "doubleValue":
    case "double_value":
      return doubleOf(value, `value.${name}`);
    case "arrayValue":
    case "array_value":
      return within(`value.${name}`, () => each(listOf(fieldsOf(value, ARRAY).values, "values"), "values", elementOf));
    case "kvlistValue":
    case "kvlist_value":
      return within(
        `value.${name}`,
        (): OtlpMap => ({ entries: attributesOf(fieldsOf(value, ARRAY).values, "values") }),
      );
    case "bytesValue":
    case "bytes_value":
      return bytesOf(textOf(value, `value.${name}`)) ?? refuse(name, "base64", value);
    default:
      throw misread("value", EXPECTED, whole);
  }
}

function refuse(name: string, expected: string, found: unknown): never {
  throw misread(`value.${name}`, expected, found);
}

/** An element of a list has no name of its own: the place is the index. */
function elementOf(json: unknown): OtlpValue {
  try {
    return anyValueOf(json);
  } catch (error) {
    if (!(error instanceof OtlpJsonError)) throw error;
    throw new OtlpJsonError(error.place.replace(/^value\.?/, ""), error.problem);
  }
}

/** Bytes in base64 of either alphabet, padded or not. */
function bytesOf(value: string): Uint8Array | undefined {
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(value) ? Buffer.from(value, "base64") : undefined;
}
