import { misread, OtlpJsonError } from "./otlp-json-error.js";

/** An object of a document, by the names that its fields have in OTLP/JSON. */
export type Fields<Name extends string> = { readonly [name in Name]?: unknown };

/** The fields of one message. */
export interface Message<Name extends string> {
  readonly names: ReadonlySet<string>;
  /** Every accepted spelling. */
  readonly spellings: ReadonlyMap<string, Name>;
  /** By {@link folded} spelling. */
  readonly near: ReadonlyMap<string, Name>;
  /** What other formats call these fields, by folded spelling. */
  readonly elsewhere: ReadonlyMap<string, Name | typeof SERVICE>;
  /** Fields that every writer gives: if one is missing, an unknown field may be it. */
  readonly given: readonly Name[];
}

/** What a span and a resource have no field for. */
const SERVICE = "service.name among the resource's attributes";

/** A message with these fields, which may also be written in snake_case. */
export function message<const Name extends string>(...names: readonly Name[]): Message<Name> {
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return {
    names: new Set(names),
    spellings: new Map(names.flatMap((name) => [[name, name] as const, [snake(name), name] as const])),
    near: new Map(names.map((name) => [folded(name), name])),
    elsewhere: new Map(),
    given: [],
  };
}

/** The same, with the names that other formats have for some of its fields. */
export function alsoCalled<Name extends string>(
  known: Message<Name>,
  names: { readonly [elsewhere: string]: NoInfer<Name> },
): Message<Name> {
  return {
    ...known,
    elsewhere: new Map([
      ...known.elsewhere,
      ...Object.entries(names).map(([key, name]) => [folded(key), name] as const),
    ]),
  };
}

/** The same, of which every writer gives these fields. */
export function alwaysWith<Name extends string>(known: Message<Name>, ...given: NoInfer<Name>[]): Message<Name> {
  return { ...known, given };
}

/** The same, beside which other formats name the service. */
export function withoutService<Name extends string>(known: Message<Name>): Message<Name> {
  const names = ["serviceName", "service"].map((key) => [folded(key), SERVICE] as const);
  return { ...known, elsewhere: new Map([...known.elsewhere, ...names]) };
}

/** Whether a key is a field of the message, or nearly one. */
export function isNearly(key: string, known: Message<string>): boolean {
  return known.spellings.has(key) || known.near.has(folded(key));
}

const folded = (key: string): string => key.toLowerCase().replace(/[^a-z]/g, "");

type Json = Readonly<Record<string, unknown>>;

/**
 * An object by the fields of its message. A field that OTLP does not have passes if it is a plain value, as newer versions add some.
 * Refused by name are: an unknown field that holds a list or an object, which could be what a rule asks for; any at all if a field is
 * missing that every writer gives; one that is nearly a known one, or stands in for a known one that is missing; a dotted name, which is an
 * attribute's; and a field under both of its names with two values.
 */
export function fieldsOf<Name extends string>(json: unknown, known: Message<Name>): Fields<Name> {
  const object = objectOf(json, "");
  for (const key in object) if (!known.names.has(key)) return renamed(object, known);
  return object as Fields<Name>;
}

function renamed<Name extends string>(object: Json, known: Message<Name>): Fields<Name> {
  const fields: Partial<Record<Name, unknown>> = {};
  let unknown: readonly string[] = [];
  for (const [key, value] of Object.entries(object)) {
    if (value === null) continue;
    const name = known.spellings.get(key);
    if (name === undefined) {
      refuseIfItMatters(key, value, known);
      unknown = [...unknown, key];
      continue;
    }
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before) && Array.isArray(value)) fields[name] = [...before, ...value];
    else if (before !== value)
      throw new OtlpJsonError(key, `expected ${name} once, found it in two spellings with two values`);
  }
  const isMissing = (name: Name | typeof SERVICE) => name === SERVICE || fields[name] === undefined;
  for (const key of unknown) {
    const name = known.elsewhere.get(folded(key));
    if (name !== undefined && isMissing(name)) throw spelled(key, name);
  }
  const missing = known.given.find(isMissing);
  if (missing !== undefined && unknown[0] !== undefined)
    throw new OtlpJsonError("", `expected ${missing}, found ${JSON.stringify(unknown[0])}, which is none of OTLP's`);
  return fields;
}

function refuseIfItMatters(key: string, value: unknown, known: Message<string>): void {
  const near = known.near.get(folded(key));
  if (near !== undefined) throw spelled(key, near);
  if (key.includes("."))
    throw new OtlpJsonError("", `expected attributes in a list, found a field ${JSON.stringify(key)}`);
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return;
  const names = [...known.names].join(", ");
  throw new OtlpJsonError("", `expected one of ${names}; found ${JSON.stringify(key)}, which is none of OTLP's`);
}

function spelled(key: string, name: string): OtlpJsonError {
  return new OtlpJsonError("", `expected ${name}, found it spelled ${JSON.stringify(key)}`);
}

/** A value as an object. */
export function objectOf(value: unknown, place: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw misread(place, "an object", value);
}

/** A value as a list; an absent one is empty. */
export function listOf(value: unknown, place: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw misread(place, "a list", value);
}

/** A value as text; an absent one is empty. */
export function textOf(value: unknown, place: string): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  throw misread(place, "a string", value);
}
