import { protocolError } from "../client/error.js";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A body as a JSON object, or a `protocol` error that shows how the body begins. */
export function parseJsonObject(body: Buffer): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw protocolError(
      `Expected JSON from Tempo, found ${JSON.stringify(body.subarray(0, 80).toString("utf8"))}.`,
      error,
    );
  }
  return object(json, "the answer");
}

export function object(value: unknown, what: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw protocolError(`Malformed JSON from Tempo: expected ${what} to be an object, found ${shown(value)}.`);
}

/** An array of objects; an absent one is empty, as the protobuf JSON mapping leaves empty ones out. */
export function objects(value: unknown, what: string): readonly JsonObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw protocolError(`Malformed JSON from Tempo: expected ${what} to be a list, found ${shown(value)}.`);
  return value.map((element: unknown) => object(element, `an element of ${what}`));
}

/** A string; an absent one is empty. */
export function text(value: unknown, what: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  throw protocolError(`Malformed JSON from Tempo: expected ${what} to be a string, found ${shown(value)}.`);
}

/** A small number; an absent one is zero. */
export function count(value: unknown, what: string): number {
  if (value === undefined || value === null) return 0;
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number === "number" && Number.isSafeInteger(number) && number >= 0) return number;
  throw protocolError(`Malformed JSON from Tempo: expected ${what} to be a count, found ${shown(value)}.`);
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? String(value);
