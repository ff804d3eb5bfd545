import type { SpanField, TraceField } from "@betrace/contracts";

/** What a field's values are. `status` and `kind` are words of a closed list; `any` is what an attribute holds. */
export type FieldType = "string" | "number" | "duration" | "status" | "kind" | "any";

/** A field by its name in a rule. */
export interface Named<Field> {
  readonly field: Field;
  readonly type: FieldType;
}

/** The fields of a span that have a name of their own. */
export const SPAN_FIELDS: ReadonlyMap<string, Named<SpanField>> = new Map([
  ["span.name", { field: { kind: "name" }, type: "string" }],
  ["span.service", { field: { kind: "service" }, type: "string" }],
  ["span.duration", { field: { kind: "duration" }, type: "duration" }],
  ["span.status", { field: { kind: "status" }, type: "status" }],
  ["span.status_message", { field: { kind: "status_message" }, type: "string" }],
  ["span.kind", { field: { kind: "kind" }, type: "kind" }],
]);

/** The fields of a span that need a key in brackets. */
export const KEYED_FIELDS: ReadonlyMap<string, "attribute" | "resource"> = new Map([
  ["span.attributes", "attribute"],
  ["span.resource", "resource"],
]);

/** The facts of a whole trace. */
export const TRACE_FIELDS: ReadonlyMap<string, Named<TraceField>> = new Map([
  ["trace.duration", { field: "duration", type: "duration" }],
  ["trace.span_count", { field: "span_count", type: "number" }],
  ["trace.service_count", { field: "service_count", type: "number" }],
  ["trace.root.name", { field: "root.name", type: "string" }],
  ["trace.root.service", { field: "root.service", type: "string" }],
]);

/** A call, and what it takes. */
export type FunctionName = "has" | "count" | "before" | "after" | "exists";

/** Calls by their name, in lower case: like the keywords they may be written in any. */
export const FUNCTIONS: ReadonlyMap<string, FunctionName> = new Map([
  ["trace.has", "has"],
  ["trace.count", "count"],
  ["count", "count"],
  ["trace.has_before", "before"],
  ["trace.has_after", "after"],
  ["exists", "exists"],
]);

/** The words that a status or a kind can be, as the trace model writes them. */
export const WORDS = {
  status: ["ok", "error", "unset"],
  kind: ["server", "client", "producer", "consumer", "internal", "unspecified"],
} as const;

/** What a person who knows another system writes, and what it is called here. */
export const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["spanattributes", "span.attributes"],
  ["spanattribute", "span.attributes"],
  ["spanattrs", "span.attributes"],
  ["spanattr", "span.attributes"],
  ["spantags", "span.attributes"],
  ["spantag", "span.attributes"],
  ["attributes", "span.attributes"],
  ["resource", "span.resource"],
  ["spanresources", "span.resource"],
  ["spanresourceattributes", "span.resource"],
  ["resourceattributes", "span.resource"],
  ["spanservicename", "span.service"],
  ["servicename", "span.service"],
  ["spanoperation", "span.name"],
  ["spanoperationname", "span.name"],
  ["spanlatency", "span.duration"],
  ["spandurationms", "span.duration"],
  ["spandurationns", "span.duration"],
  ["spanstatuscode", "span.status"],
  ["statuscode", "span.status"],
  ["resourceservicename", "span.service"],
  ["spanresourceservicename", "span.service"],
  ["rootname", "trace.root.name"],
  ["tracerootspanname", "trace.root.name"],
  ["spanrootname", "trace.root.name"],
  ["rootservice", "trace.root.service"],
  ["rootservicename", "trace.root.service"],
  ["tracerootservicename", "trace.root.service"],
  ["spanrootservice", "trace.root.service"],
  ["traceduration", "trace.duration"],
  ["spanspankind", "span.kind"],
  ["spantype", "span.kind"],
  ["tracespans", "trace.span_count"],
  ["tracespanscount", "trace.span_count"],
  ["traceservices", "trace.service_count"],
  ["traceany", "trace.has"],
  ["traceexists", "trace.has"],
  ["tracecontains", "trace.has"],
  ["has", "trace.has"],
  ["before", "trace.has_before"],
  ["after", "trace.has_after"],
  ["tracebefore", "trace.has_before"],
  ["traceafter", "trace.has_after"],
]);
