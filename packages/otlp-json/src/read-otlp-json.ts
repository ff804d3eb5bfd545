import { attributesOf } from "./any-value.js";
import {
  alwaysWith,
  type Fields,
  fieldsOf,
  isNearly,
  listOf,
  message,
  objectOf,
  textOf,
  withoutService,
} from "./fields.js";
import type { OtlpResource, OtlpResourceSpans, OtlpScope, OtlpScopeSpans, OtlpSpan } from "./model.js";
import { enumOf, uint32Of, type Words } from "./numbers.js";
import { joined, OtlpJsonError, under } from "./otlp-json-error.js";
import { readSpan } from "./read-span.js";
import { END_OF_TIME_NS } from "./start-problem.js";
import { within } from "./within.js";

/** What one JSON document holds. */
export interface OtlpDocument {
  /** Read as it is walked through, once: a part that cannot be read throws {@link OtlpJsonError} then. */
  readonly resourceSpans: Iterable<OtlpResourceSpans>;
  /** Whether Tempo says that this is only a part of a trace (`"status": "PARTIAL"`). */
  readonly partial: boolean;
  /** What Tempo says about it; empty if it says nothing. */
  readonly message: string;
  /** Names of other signals in it, e.g. `resourceLogs`; they are passed over. */
  readonly otherSignals: readonly string[];
}

export interface ReadOptions {
  /** Takes what is wrong with a span, and the rest is read on; without it a bad span throws. */
  readonly onBadSpan?: (error: OtlpJsonError) => void;
  /** Spans must have a start, before this Unix time in nanoseconds. Default 2262-04-11; `any` takes whatever there is. */
  readonly startsBeforeNs?: bigint | "any";
}

/** Fields by which other signals are known: of a request, or of one `ResourceLogs` by itself. */
const OTHER_SIGNALS = {
  resourceLogs: "resourceLogs",
  scopeLogs: "resourceLogs",
  resourceMetrics: "resourceMetrics",
  scopeMetrics: "resourceMetrics",
  resourceProfiles: "resourceProfiles",
  scopeProfiles: "resourceProfiles",
} as const;
const SIGNAL_FIELDS = Object.keys(OTHER_SIGNALS) as (keyof typeof OTHER_SIGNALS)[];
const GROUP_FIELDS = ["resource", "scopeSpans", "instrumentationLibrarySpans", "schemaUrl"] as const;
const TEMPO_FIELDS = ["trace", "metrics", "status", "message"] as const;
const DOCUMENT = message("resourceSpans", "batches", "dictionary", ...TEMPO_FIELDS, ...GROUP_FIELDS, ...SIGNAL_FIELDS);
const TRACE = message("resourceSpans", "batches");
const RESOURCE_SPANS = withoutService(alwaysWith(message(...GROUP_FIELDS), "resource"));
const RESOURCE = withoutService(
  alwaysWith(message("attributes", "droppedAttributesCount", "entityRefs"), "attributes"),
);
const SCOPE_SPANS = alwaysWith(message("scope", "instrumentationLibrary", "spans", "schemaUrl"), "spans");
const SCOPE = message("name", "version", "attributes", "droppedAttributesCount");

/** One `ResourceSpans` that is still to be read. */
interface Group {
  readonly place: string;
  readonly json: unknown;
}

/**
 * Reads a value of `parseJson`: an `ExportTraceServiceRequest`, one `ResourceSpans` by itself as Java's logging exporter writes them, a list
 * of either, or a trace as Tempo answers it by its id (`batches`, or all of it under `trace`). Takes every spelling that public tools write: camelCase and snake_case, names from before OTLP 1.0, ids in hex
 * and base64, enums by number and by word, 64-bit numbers as strings and as numbers. All else throws {@link OtlpJsonError} with the place.
 * Documents of other signals hold no spans.
 */
export function readOtlpJson(json: unknown, options: ReadOptions = {}): OtlpDocument {
  const documents = Array.isArray(json)
    ? json.map((one, at) => within(`[${at}]`, () => readDocument(one)))
    : [readDocument(json)];
  const groups = documents.flatMap((one, at) =>
    one.groups.map(({ place, json: group }) => ({
      place: Array.isArray(json) ? joined(`[${at}]`, place) : place,
      json: group,
    })),
  );
  return {
    resourceSpans: read(groups, options),
    partial: documents.some(({ partial }) => partial),
    message: documents.flatMap(({ message }) => (message === "" ? [] : [message])).join("; "),
    otherSignals: [...new Set(documents.flatMap((one) => one.otherSignals))],
  };
}

interface Document extends Omit<OtlpDocument, "resourceSpans"> {
  readonly groups: readonly Group[];
}

function readDocument(json: unknown): Document {
  const [key, ...others] = Object.keys(objectOf(json, ""));
  if (key !== undefined && ![key, ...others].some((name) => isNearly(name, DOCUMENT))) throw noDocument(key);
  const fields = fieldsOf(json, DOCUMENT);
  const holds = (name: keyof typeof fields) => (fields[name] ?? undefined) !== undefined;
  const isGroup = holds("scopeSpans") || holds("instrumentationLibrarySpans");
  const otherSignals = SIGNAL_FIELDS.filter(holds).map((name) => OTHER_SIGNALS[name]);
  const partial = enumOf(fields.status, COMPLETENESS, "status") === 1;
  const isKnown = ["resourceSpans", "batches", "trace", "metrics"].some((name) => name in fields) || partial;
  if (key !== undefined && !isKnown && !isGroup && otherSignals.length === 0) throw noDocument(key);
  const { resource, scopeSpans, instrumentationLibrarySpans, schemaUrl } = fields;
  const itself = { place: "", json: { resource, scopeSpans, instrumentationLibrarySpans, schemaUrl } };
  if (holds("metrics")) objectOf(fields.metrics, "metrics");
  const trace = within("trace", () => groupsOf(fieldsOf(fields.trace ?? {}, TRACE)));
  return {
    groups: [
      ...(isGroup ? [itself] : []),
      ...groupsOf(fields),
      ...trace.map((group) => ({ ...group, place: `trace.${group.place}` })),
    ],
    partial,
    message: textOf(fields.message, "message"),
    otherSignals,
  };
}

function noDocument(key: string): OtlpJsonError {
  const found = JSON.stringify(key);
  return new OtlpJsonError("", `expected an object with resourceSpans (OTLP/JSON), found one with ${found}`);
}

function groupsOf(fields: Fields<"resourceSpans" | "batches">): readonly Group[] {
  return (["resourceSpans", "batches"] as const).flatMap((name) =>
    listOf(fields[name], name).map((json, at) => ({ place: `${name}[${at}]`, json })),
  );
}

/** Tempo's `PartialTraceStatus`. */
const COMPLETENESS: Words = { prefix: "", names: ["COMPLETE", "PARTIAL"] };

function* read(groups: readonly Group[], options: ReadOptions): Generator<OtlpResourceSpans> {
  for (const { place, json } of groups) yield readResourceSpans(json, place, options);
}

function readResourceSpans(json: unknown, place: string, options: ReadOptions): OtlpResourceSpans {
  const { fields, resource, schemaUrl } = within(place, () => {
    const fields = fieldsOf(json, RESOURCE_SPANS);
    return {
      fields,
      resource: within("resource", () => resourceOf(fields.resource)),
      schemaUrl: textOf(fields.schemaUrl, "schemaUrl"),
    };
  });
  const scopeSpans = (["scopeSpans", "instrumentationLibrarySpans"] as const).flatMap((name) =>
    within(place, () => listOf(fields[name], name)).map((scope, at) =>
      readScopeSpans(scope, joined(place, `${name}[${at}]`), options),
    ),
  );
  return { resource, schemaUrl, scopeSpans };
}

function readScopeSpans(json: unknown, place: string, options: ReadOptions): OtlpScopeSpans {
  const { list, scope, schemaUrl } = within(place, () => {
    const fields = fieldsOf(json, SCOPE_SPANS);
    const name = (fields.scope ?? undefined) === undefined ? "instrumentationLibrary" : "scope";
    return {
      list: listOf(fields.spans, "spans"),
      scope: within(name, () => scopeOf(fields[name])),
      schemaUrl: textOf(fields.schemaUrl, "schemaUrl"),
    };
  });
  return { scope, schemaUrl, spans: readSpans(list, `${place}.spans`, options) };
}

function readSpans(list: readonly unknown[], place: string, options: ReadOptions): OtlpSpan[] {
  const { onBadSpan, startsBeforeNs = END_OF_TIME_NS } = options;
  const limitNs = startsBeforeNs === "any" ? undefined : startsBeforeNs;
  const spans: OtlpSpan[] = [];
  for (const [at, json] of list.entries()) {
    try {
      spans.push(readSpan(json, limitNs));
    } catch (error) {
      const placed = under(error, `${place}[${at}]`);
      if (onBadSpan === undefined || !(placed instanceof OtlpJsonError)) throw placed;
      onBadSpan(placed);
    }
  }
  return spans;
}

function resourceOf(json: unknown): OtlpResource {
  const { attributes, droppedAttributesCount } = fieldsOf(json ?? {}, RESOURCE);
  return {
    attributes: attributesOf(attributes),
    droppedAttributesCount: uint32Of(droppedAttributesCount, "droppedAttributesCount"),
  };
}

function scopeOf(json: unknown): OtlpScope {
  const { name, version, attributes, droppedAttributesCount } = fieldsOf(json ?? {}, SCOPE);
  return {
    name: textOf(name, "name"),
    version: textOf(version, "version"),
    attributes: attributesOf(attributes),
    droppedAttributesCount: uint32Of(droppedAttributesCount, "droppedAttributesCount"),
  };
}
