import type { AttributeScalar, AttributeValue } from "@betrace/contracts";

/** An attribute's value with the type that OTLP gives it. */
export type Value =
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "int"; readonly value: bigint }
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "array"; readonly elements: readonly Value[] }
  | { readonly type: "bytes" | "map" | "nothing" };

/** Tempo cuts attribute keys, and values that are strings, at this many bytes (`distributor.max_attribute_bytes`). */
export const INGESTED_BYTES = 2_048;

/** In OTLP's JSON encoding (opentelemetry.io/docs/specs/otlp, JSON Protobuf Encoding). */
export function otlpValue(value: Value): object {
  switch (value.type) {
    case "string":
      return { stringValue: value.value };
    case "int":
      return { intValue: String(value.value) };
    case "double":
      return { doubleValue: Number.isFinite(value.value) ? value.value : String(value.value) };
    case "boolean":
      return { boolValue: value.value };
    case "array":
      return { arrayValue: { values: value.elements.map(otlpValue) } };
    case "bytes":
      return { bytesValue: "AQID" };
    case "map":
      return { kvlistValue: { values: [{ key: "a", value: { stringValue: "b" } }] } };
    case "nothing":
      return {};
  }
}

/** What is left of a key or a string value when Tempo has taken it in: a character cut in two is U+FFFD for each byte of it. */
export function ingestedText(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= INGESTED_BYTES ? text : new TextDecoder().decode(bytes.subarray(0, INGESTED_BYTES));
}

/**
 * What is left of a value when Tempo has taken it in, and search can see it: undefined for bytes, maps, nothing at all,
 * arrays that are empty, mixed or nested. Elements of arrays are not cut; an array of one element is that element.
 */
export function ingested(value: Value): AttributeValue | undefined {
  if (value.type === "string") return ingestedText(value.value);
  if (value.type !== "array") return scalar(value);
  const [first, ...others] = value.elements;
  if (first === undefined || others.some(({ type }) => type !== first.type)) return undefined;
  const elements = value.elements.map(scalar);
  return elements.includes(undefined)
    ? undefined
    : others.length === 0
      ? scalar(first)
      : elements.map((one) => one ?? null);
}

function scalar(value: Value): AttributeScalar | undefined {
  switch (value.type) {
    case "int": {
      const number = Number(value.value);
      return Number.isSafeInteger(number) ? number : value.value;
    }
    case "string":
    case "double":
    case "boolean":
      return value.value;
    default:
      return undefined;
  }
}
