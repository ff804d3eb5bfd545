import { array, double, int, type Json, text } from "./fixture.js";

/** What one span of an answer shows. All its attributes but the service name, which every case asks for. */
export interface AnswerCase {
  readonly fact: string;
  readonly query: string;
  readonly params?: Readonly<Record<string, number>>;
  readonly span: string;
  readonly shows: Readonly<Record<string, Json>>;
}

export const ANSWERS: readonly AnswerCase[] = [
  {
    fact: "the attributes of its conditions",
    query: '{ $S && span.left = 3 && resource.tier = "gold" }',
    span: "fields",
    shows: { left: int(3), tier: text("gold") },
  },
  {
    fact: "only the elements that a condition accepted",
    query: '{ $S && span.v = "zed" }',
    span: "texts",
    shows: { v: text("zed") },
  },
  {
    fact: "whole arrays when selected",
    query: '{ $S && span.v = "zed" } | select(span.v)',
    span: "texts",
    shows: { v: array(text("abc"), text("zed")) },
  },
  {
    fact: "arrays of integers",
    query: '{ $S && name = "ints" } | select(span.v)',
    span: "ints",
    shows: { v: array(int(1), int(9)) },
  },
  {
    fact: "doubles",
    query: '{ $S && name = "double2_5" } | select(span.v)',
    span: "double2_5",
    shows: { v: double(2.5) },
  },
  {
    fact: "whole doubles",
    query: '{ $S && name = "double5" } | select(span.v)',
    span: "double5",
    shows: { v: double(5) },
  },
  {
    fact: "big integers",
    query: '{ $S && name = "big" } | select(span.v)',
    span: "big",
    shows: { v: int("9007199254740993") },
  },
  { fact: "booleans", query: '{ $S && name = "no" } | select(span.v)', span: "no", shows: { v: { boolValue: false } } },
  { fact: "the empty text", query: '{ $S && name = "empty" } | select(span.v)', span: "empty", shows: { v: text("") } },
  {
    fact: "status and kind as words",
    query: '{ $S && name = "POST /orders" } | select(status, kind, statusMessage)',
    span: "root",
    shows: { status: text("error"), kind: text("server"), statusMessage: text("boom") },
  },
  {
    fact: "unset and unspecified too",
    query: '{ $S && name = "none" } | select(status, kind)',
    span: "none",
    shows: { status: text("unset"), kind: text("unspecified") },
  },
  {
    fact: "a parent's id",
    query: '{ $S && name = "leaf" } | select(span:parentID)',
    span: "leaf",
    shows: { "span:parentID": text("$span(child)") },
  },
  {
    fact: "zeros for the parent of a root",
    query: '{ $S && name = "POST /orders" } | select(span:parentID)',
    span: "root",
    shows: { "span:parentID": text("0000000000000000") },
  },
  {
    fact: '"nil" for an attribute with a column of its own that is missing',
    query: '{ $S && name = "none" } | select(span.http.method, span.http.status_code, resource.k8s.namespace.name)',
    span: "none",
    shows: { "http.method": text("nil"), "http.status_code": text("nil"), "k8s.namespace.name": text("nil") },
  },
  {
    fact: '"nil" even where it is there with another type',
    query: '{ $S && name = "httpText" } | select(span.http.status_code)',
    span: "httpText",
    shows: { "http.status_code": text("nil") },
  },
  {
    fact: "its value where it is there",
    query: '{ $S && name = "http" } | select(span.http.method, span.http.status_code)',
    span: "http",
    shows: { "http.method": text("GET"), "http.status_code": int(500) },
  },
  {
    fact: "nothing for maps and bytes",
    query: '{ $S && (name = "map" || name = "bytes") } | select(span.v)',
    span: "map",
    shows: {},
  },
  {
    fact: "no attributes for duration, trace id, root",
    query: "{ $S && kind = server } | select(duration, trace:id, rootName, rootServiceName, traceDuration, span:id)",
    span: "root",
    shows: { kind: text("server") },
  },
];
