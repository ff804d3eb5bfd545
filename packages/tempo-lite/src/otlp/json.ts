import { OtlpError } from "./otlp-error.js";
import { traceSchema } from "./schema.js";

type Json = Record<string, unknown>;

/**
 * Turns OTLP/JSON into the same request in protobuf, so that there is one way in. Ids are hex, 64-bit numbers strings or
 * numbers, enums numbers or names (OTLP specification, "JSON Protobuf Encoding"). Throws {@link OtlpError}.
 */
export function exportRequestFromJson(body: Uint8Array): Uint8Array {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  } catch (error) {
    throw new OtlpError(`expected OTLP/JSON, found text that is not JSON: ${(error as Error).message}`);
  }
  const request = object(parsed, "the request");
  const resourceSpans = list(request, "resourceSpans", "the request").map((entry, at) => {
    const where = `resourceSpans[${at}]`;
    const batch = object(entry, where);
    checkAttributes(object(batch.resource ?? {}, `${where}.resource`), `${where}.resource`);
    const scopeSpans = list(batch, "scopeSpans", where).map((scope, scopeAt) =>
      scopeOf(scope, `${where}.scopeSpans[${scopeAt}]`),
    );
    return { ...batch, scopeSpans };
  });
  try {
    const { trace } = traceSchema();
    return trace.encode(trace.fromObject({ resourceSpans })).finish();
  } catch (error) {
    throw new OtlpError(`expected OTLP/JSON: ${(error as Error).message}`);
  }
}

function scopeOf(value: unknown, where: string): Json {
  const scope = object(value, where);
  const spans = list(scope, "spans", where).map((span, at) =>
    spanOf(object(span, `${where}.spans[${at}]`), `${where}.spans[${at}]`),
  );
  return { ...scope, spans };
}

function spanOf(span: Json, where: string): Json {
  for (const name of ["startTimeUnixNano", "endTimeUnixNano"]) whole(span[name], `${where}.${name}`);
  checkAttributes(span, where);
  for (const [at, event] of list(span, "events", where).entries()) {
    const place = `${where}.events[${at}]`;
    whole(object(event, place).timeUnixNano, `${place}.timeUnixNano`);
    checkAttributes(object(event, place), place);
  }
  return {
    ...span,
    traceId: hex(span.traceId, `${where}.traceId`),
    spanId: hex(span.spanId, `${where}.spanId`),
    parentSpanId: hex(span.parentSpanId, `${where}.parentSpanId`),
    links: list(span, "links", where).map((link, at) => {
      const place = `${where}.links[${at}]`;
      const fields = object(link, place);
      checkAttributes(fields, place);
      return {
        ...fields,
        traceId: hex(fields.traceId, `${place}.traceId`),
        spanId: hex(fields.spanId, `${place}.spanId`),
      };
    }),
  };
}

function checkAttributes(owner: Json, where: string): void {
  for (const [at, attribute] of list(owner, "attributes", where).entries()) {
    const place = `${where}.attributes[${at}]`;
    const { key, value } = object(attribute, place);
    if (typeof key !== "string") throw new OtlpError(`expected a string at ${place}.key, found ${shown(key)}`);
    if (value !== undefined && value !== null) checkValue(object(value, `${place}.value`), `${place}.value`);
  }
}

function checkValue(value: Json, where: string): void {
  if (value.stringValue !== undefined && typeof value.stringValue !== "string") {
    throw new OtlpError(`expected a string at ${where}.stringValue, found ${shown(value.stringValue)}`);
  }
  if (value.boolValue !== undefined && typeof value.boolValue !== "boolean") {
    throw new OtlpError(`expected true or false at ${where}.boolValue, found ${shown(value.boolValue)}`);
  }
  whole(value.intValue, `${where}.intValue`);
  if (value.arrayValue !== undefined) {
    const values = list(object(value.arrayValue, `${where}.arrayValue`), "values", `${where}.arrayValue`);
    for (const [at, element] of values.entries()) {
      const place = `${where}.arrayValue.values[${at}]`;
      checkValue(object(element, place), place);
    }
  }
}

function hex(value: unknown, where: string): Uint8Array {
  if (value === undefined || value === null) return new Uint8Array(0);
  if (typeof value !== "string" || !/^([0-9a-fA-F]{2})*$/.test(value)) {
    throw new OtlpError(`expected an id in hex digits at ${where}, found ${shown(value)}`);
  }
  return Buffer.from(value, "hex");
}

function whole(value: unknown, where: string): void {
  if (value === undefined || value === null) return;
  const good =
    typeof value === "number" ? Number.isInteger(value) : typeof value === "string" && /^-?\d{1,20}$/.test(value);
  if (!good) throw new OtlpError(`expected a whole number at ${where}, found ${shown(value)}`);
}

function object(value: unknown, where: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new OtlpError(`expected an object at ${where}, found ${shown(value)}`);
  }
  return value as Json;
}

function list(owner: Json, name: string, where: string): readonly unknown[] {
  const value = owner[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new OtlpError(`expected a list at ${where}.${name}, found ${shown(value)}`);
  return value;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 60);
}
