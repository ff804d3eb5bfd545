import { attributesOf } from "./any-value.js";
import { type Fields, fieldsOf, listOf, message, objectOf, textOf } from "./fields.js";
import type { OtlpResource, OtlpResourceSpans, OtlpScope, OtlpScopeSpans, OtlpSpan } from "./model.js";
import { enumOf, uint32Of, type Words } from "./numbers.js";
import { OtlpJsonError, under } from "./otlp-json-error.js";
import { readSpan } from "./read-span.js";
import { END_OF_TIME_NS } from "./start-problem.js";
import { each, within } from "./within.js";

/** What one JSON document holds. */
export interface OtlpDocument {
  /** Read as it is walked through, once: a part that cannot be read throws {@link OtlpJsonError} then. */
  readonly resourceSpans: Iterable<OtlpResourceSpans>;
  /** Whether Tempo says that this is only a part of a trace (`"status": "PARTIAL"`). */
  readonly partial: boolean;
  /** What Tempo says about it; empty where it says nothing. */
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

const OTHER_SIGNALS = ["resourceLogs", "resourceMetrics", "resourceProfiles"] as const;
const DOCUMENT = message(
  "resourceSpans",
  "batches",
  "trace",
  "metrics",
  "status",
  "message",
  "dictionary",
  ...OTHER_SIGNALS,
);
const TRACE = message("resourceSpans", "batches");
const RESOURCE_SPANS = message("resource", "scopeSpans", "instrumentationLibrarySpans", "schemaUrl");
const RESOURCE = message("attributes", "droppedAttributesCount", "entityRefs");
const SCOPE_SPANS = message("scope", "instrumentationLibrary", "spans", "schemaUrl");
const SCOPE = message("name", "version", "attributes", "droppedAttributesCount");

/** The `ResourceSpans` under one name of a document. */
interface Group {
  readonly place: string;
  readonly list: readonly unknown[];
}

/**
 * Reads a value of `parseJson`: an `ExportTraceServiceRequest`, a list of them, or a trace as Tempo answers it by its id (`batches`, or
 * all of it under `trace`). Takes every spelling that public tools write: camelCase and snake_case, names from before OTLP 1.0, ids in hex
 * and base64, enums by number and by word, 64-bit numbers as strings and as numbers. All else throws {@link OtlpJsonError} with the place.
 * Documents of other signals hold no spans.
 */
export function readOtlpJson(json: unknown, options: ReadOptions = {}): OtlpDocument {
  const documents = Array.isArray(json)
    ? each(json, "", (one) => readDocument(one)).flatMap((one, at) => ({ ...one, place: `[${at}]` }))
    : [{ ...readDocument(json), place: "" }];
  const groups = documents.flatMap((one) =>
    one.groups.map(({ place, list }) => ({ place: one.place === "" ? place : `${one.place}.${place}`, list })),
  );
  return {
    resourceSpans: read(groups, options),
    partial: documents.some(({ partial }) => partial),
    message: documents
      .map(({ message }) => message)
      .filter((message) => message !== "")
      .join("; "),
    otherSignals: [...new Set(documents.flatMap((one) => one.otherSignals))],
  };
}

interface Document extends Omit<OtlpDocument, "resourceSpans"> {
  readonly groups: readonly Group[];
}

function readDocument(json: unknown): Document {
  const fields = fieldsOf(json, DOCUMENT);
  const [key] = Object.keys(objectOf(json, ""));
  if (key !== undefined && Object.keys(fields).length === 0) {
    throw new OtlpJsonError(
      "",
      `expected an object with resourceSpans (OTLP/JSON), found one with ${JSON.stringify(key)}`,
    );
  }
  const trace = within("trace", () => fieldsOf(fields.trace ?? {}, TRACE));
  return {
    groups: [
      ...groupsOf(fields),
      ...within("trace", () => groupsOf(trace)).map(({ place, list }) => ({ place: `trace.${place}`, list })),
    ],
    partial: enumOf(fields.status, COMPLETENESS, "status") === 1,
    message: textOf(fields.message, "message"),
    otherSignals: OTHER_SIGNALS.filter((name) => (fields[name] ?? undefined) !== undefined),
  };
}

function groupsOf({ resourceSpans, batches }: Fields<"resourceSpans" | "batches">): readonly Group[] {
  return [
    { place: "resourceSpans", list: listOf(resourceSpans, "resourceSpans") },
    { place: "batches", list: listOf(batches, "batches") },
  ];
}

/** Tempo's `PartialTraceStatus`. */
const COMPLETENESS: Words = { prefix: "", names: ["COMPLETE", "PARTIAL"] };

function* read(groups: readonly Group[], options: ReadOptions): Generator<OtlpResourceSpans> {
  for (const { place, list } of groups) {
    for (const [at, json] of list.entries()) yield readResourceSpans(json, `${place}[${at}]`, options);
  }
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
      readScopeSpans(scope, `${place}.${name}[${at}]`, options),
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
