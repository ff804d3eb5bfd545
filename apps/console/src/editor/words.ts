/** The words of the language, for colours and completion. What they mean is checked by the API, from the grammar. */
export interface Word {
  readonly label: string;
  readonly detail: string;
  /** What is inserted where that is more than the label; `#` is where the cursor stands afterwards. */
  readonly insert?: string;
}

/** Where a clause may stand. */
export const TRACE_WORDS: readonly Word[] = [
  { label: "trace.has", detail: "some span satisfies …", insert: "trace.has(#)" },
  { label: "count", detail: "how many spans satisfy …", insert: "count(#) > 3" },
  { label: "trace.has_before", detail: "a span before the first …", insert: 'trace.has_before(#, "")' },
  { label: "trace.has_after", detail: "a span after the last …", insert: 'trace.has_after(#, "")' },
  { label: "trace.duration", detail: "the whole trace, e.g. > 5s" },
  { label: "trace.span_count", detail: "number of spans" },
  { label: "trace.service_count", detail: "number of services" },
  { label: "trace.root.name", detail: "name of the root span" },
  { label: "trace.root.service", detail: "service of the root span" },
  { label: "when", detail: "when { … } always { … } never { … }", insert: "when { # }\nalways {  }" },
  { label: "always", detail: "must be true when …", insert: "always { # }" },
  { label: "never", detail: "must not be true when …", insert: "never { # }" },
];

/** Where a condition on one span may stand. */
export const SPAN_WORDS: readonly Word[] = [
  { label: "span.name", detail: "string", insert: 'span.name == "#"' },
  { label: "span.service", detail: "service.name of the resource", insert: 'span.service == "#"' },
  { label: "span.duration", detail: "e.g. > 500ms" },
  { label: "span.status", detail: "ok, error, unset", insert: 'span.status == "#"' },
  { label: "span.status_message", detail: "string" },
  { label: "span.kind", detail: "server, client, …", insert: 'span.kind == "#"' },
  { label: "span.attributes", detail: "of the span itself", insert: 'span.attributes["#"]' },
  { label: "span.resource", detail: "of its resource", insert: 'span.resource["#"]' },
  { label: "exists", detail: "the key is present", insert: 'exists(span.attributes["#"])' },
];

/** Between conditions, and between a field and its value. */
export const OPERATOR_WORDS: readonly Word[] = [
  { label: "and", detail: "" },
  { label: "or", detail: "" },
  { label: "not", detail: "" },
  { label: "in", detail: 'equals one of ["a", "b"]', insert: 'in ["#"]' },
  { label: "contains", detail: "substring", insert: 'contains "#"' },
  { label: "starts_with", detail: "prefix", insert: 'starts_with "#"' },
  { label: "ends_with", detail: "suffix", insert: 'ends_with "#"' },
  { label: "matches", detail: "RE2, unanchored", insert: 'matches "#"' },
];

export const STATUSES = ["ok", "error", "unset"] as const;
export const KINDS = ["server", "client", "producer", "consumer", "internal", "unspecified"] as const;

/** Words that are coloured as such, in any letter case. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ...["and", "or", "not", "in", "contains", "starts_with", "ends_with", "matches"],
  ...["when", "always", "never"],
]);
