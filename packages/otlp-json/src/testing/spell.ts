import type { OtlpAttribute, OtlpMap, OtlpResourceSpans, OtlpSpan, OtlpValue } from "../model.js";

/** Chooses one of several spellings. */
export type Choose = <Choice>(...choices: readonly Choice[]) => Choice;

/** A number as it stands in a text, which no double can hold. */
export class Raw {
  constructor(readonly digits: string) {}
}

const KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
const CODES = ["UNSET", "OK", "ERROR"];

/** A document in one of the spellings that mean it. */
export function spell(groups: readonly OtlpResourceSpans[], choose: Choose): string {
  const name = (camel: string) =>
    choose(
      camel,
      camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    );
  /** Names of fields each in a spelling of its own, some that are empty left out. */
  const fields = (values: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(values).flatMap(([camel, value]) => {
        if (value === EMPTY) return choose([], [[name(camel), null]], []);
        return [[name(camel), value]];
      }),
    );
  const EMPTY = Symbol("empty");
  const text = (value: string) => (value === "" ? choose<unknown>(value, EMPTY) : value);
  const list = (values: readonly unknown[]) => (values.length === 0 ? choose<unknown>([], EMPTY) : values);
  const whole = (value: bigint) =>
    choose<unknown>(String(value), new Raw(String(value)), new Raw(`${value}.0`), new Raw(`${value}e0`));
  const count = (value: number) => choose<unknown>(value, String(value), ...(value === 0 ? [EMPTY] : []));
  const time = (value: bigint) =>
    choose(whole(value), whole(BigInt.asIntN(64, value)), ...(value === 0n ? [EMPTY] : []));
  const id = (hex: string): unknown => {
    if (hex === "") return choose<unknown>("", EMPTY, "0000000000000000", "AAAAAAAAAAA=");
    const bytes = Buffer.from(hex, "hex");
    const base64 = bytes.toString("base64");
    return choose(hex, hex.toUpperCase(), base64, base64.replace(/=+$/, ""), bytes.toString("base64url"));
  };
  const word = (number: number, prefix: string, names: readonly string[]): unknown => {
    const short = names[number] ?? "";
    const words = [number, String(number), prefix + short, (prefix + short).toLowerCase(), short, short.toLowerCase()];
    return choose<unknown>(...words, ...(number === 0 ? [EMPTY] : []));
  };
  const attribute = ({ key, value }: OtlpAttribute) => {
    const spelled = anyValue(value);
    return { key, ...(spelled === EMPTY ? {} : { value: spelled }) };
  };
  const attributes = (all: readonly OtlpAttribute[]) => list(all.map(attribute));
  const anyValue = (value: OtlpValue): unknown => {
    if (value === null) return choose<unknown>({}, null, EMPTY);
    const [kind, inner] = shapeOf(value);
    return { [name(kind)]: inner };
  };
  const shapeOf = (value: Exclude<OtlpValue, null>): [string, unknown] => {
    if (typeof value === "string") return ["stringValue", value];
    if (typeof value === "boolean") return ["boolValue", value];
    if (typeof value === "bigint") return ["intValue", whole(value)];
    if (typeof value === "number") {
      const digits = Object.is(value, -0) ? "-0" : String(value);
      return ["doubleValue", Number.isFinite(value) ? choose<unknown>(new Raw(digits), digits) : digits];
    }
    if (value instanceof Uint8Array) {
      const bytes = Buffer.from(value);
      return ["bytesValue", choose(bytes.toString("base64"), bytes.toString("base64url"))];
    }
    if (isList(value)) {
      const elements = value.map((element) => {
        const spelled = anyValue(element);
        return spelled === EMPTY ? {} : spelled;
      });
      return ["arrayValue", elements.length === 0 ? choose({}, { values: [] }) : { values: elements }];
    }
    return ["kvlistValue", { values: value.entries.map(attribute) }];
  };
  const span = (one: OtlpSpan) =>
    fields({
      traceId: id(one.traceId),
      spanId: id(one.spanId),
      parentSpanId: id(one.parentSpanId),
      traceState: text(one.traceState),
      flags: count(one.flags),
      name: text(one.name),
      kind: word(one.kind, "SPAN_KIND_", KINDS),
      startTimeUnixNano: whole(one.startNs),
      endTimeUnixNano: time(one.endNs),
      attributes: attributes(one.attributes),
      droppedAttributesCount: count(one.droppedAttributesCount),
      events: list(
        one.events.map((event) =>
          fields({
            timeUnixNano: time(event.timeNs),
            name: text(event.name),
            attributes: attributes(event.attributes),
            droppedAttributesCount: count(event.droppedAttributesCount),
          }),
        ),
      ),
      droppedEventsCount: count(one.droppedEventsCount),
      links: list(
        one.links.map((link) =>
          fields({
            traceId: id(link.traceId),
            spanId: id(link.spanId),
            traceState: text(link.traceState),
            flags: count(link.flags),
            attributes: attributes(link.attributes),
            droppedAttributesCount: count(link.droppedAttributesCount),
          }),
        ),
      ),
      droppedLinksCount: count(one.droppedLinksCount),
      status: fields({ code: word(one.statusCode, "STATUS_CODE_", CODES), message: text(one.statusMessage) }),
      // Beside a name and an end that are left out it might be either.
      fieldOfALaterVersion: choose<unknown>(EMPTY, ...(one.name !== "" && one.endNs !== 0n ? [5, "x", true] : [])),
    });
  const group = ({ resource, schemaUrl, scopeSpans }: OtlpResourceSpans) =>
    fields({
      resource: fields({
        attributes: attributes(resource.attributes),
        droppedAttributesCount: count(resource.droppedAttributesCount),
      }),
      schemaUrl: text(schemaUrl),
      [choose("scopeSpans", "instrumentationLibrarySpans")]: list(
        scopeSpans.map(({ scope, schemaUrl, spans }) =>
          fields({
            [choose("scope", "instrumentationLibrary")]: fields({
              name: text(scope.name),
              version: text(scope.version),
              attributes: attributes(scope.attributes),
              droppedAttributesCount: count(scope.droppedAttributesCount),
            }),
            schemaUrl: text(schemaUrl),
            spans: list(spans.map(span)),
          }),
        ),
      ),
    });
  const request = { [name(choose("resourceSpans", "batches"))]: groups.map(group) };
  const byItself = groups.length === 1 && groups[0]?.scopeSpans.length !== 0 ? groups.map(group) : [];
  return json(choose<unknown>(request, [request], { trace: request }, ...byItself));
}

const isList = (value: OtlpMap | readonly OtlpValue[]): value is readonly OtlpValue[] => Array.isArray(value);

/** JSON with numbers of any length. */
function json(value: unknown): string {
  if (value instanceof Raw) return value.digits;
  if (Array.isArray(value)) return `[${value.map(json).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${json(inner)}`)
    .join(",")}}`;
}
