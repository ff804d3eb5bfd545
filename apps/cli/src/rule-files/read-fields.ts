import { type CreateRuleRequest, createRuleRequest, nearest } from "@betrace/contracts";
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import { type Field, type FieldReader, type Fields, type Report, textOf } from "./yaml-fields.js";

const TEXTS: ReadonlySet<string> = new Set(["id", "name", "description", "dsl", "severity"]);
/** Half a surrogate pair, which an escape can write and the API refuses. */
const HALF = /\p{Surrogate}/u;
const HALF_A_CHARACTER = "holds half of a character (a surrogate such as \\ud83d without its other half)";
const FIELDS = Object.keys(createRuleRequest.shape);

/** What the fields of a rule are read with. */
export interface RuleFields {
  readonly reader: FieldReader;
  readonly report: Report;
  /** JSON has numbers where YAML has text that looks like one. */
  readonly json: boolean;
  /** Id and name of a rule that gives none. */
  readonly idUnlessGiven: string | undefined;
}

/** The fields of one rule, held to the API's own schema; undefined, and every fault reported at its place, where they break it. */
export function readFields(
  map: YAMLMap,
  fields: Fields,
  { reader, report, json, idUnlessGiven }: RuleFields,
): CreateRuleRequest | undefined {
  const [start = 0] = map.range ?? [];
  const places = new Map<string, Field>();
  const given = new Map<string, unknown>();
  let sound = true;
  const refuse: Report = (...wrong) => {
    sound = false;
    report(...wrong);
  };
  for (const [name, field] of fields) {
    places.set(name, field);
    if (name !== "annotations" || !isMap(field.value)) {
      given.set(name, TEXTS.has(name) && !json ? textValue(field.value) : plainValue(field.value));
      continue;
    }
    const annotations: [string, unknown][] = [];
    for (const [key, label] of reader.fieldsOf(field.value)) {
      places.set(`annotations.${key}`, label);
      annotations.push([key, labelValue(label.value, reader, json, refuse)]);
    }
    given.set(name, Object.fromEntries(annotations));
  }
  for (const [name, { key, value }] of places) {
    for (const node of [key, ...(isSeq(value) ? value.items.map(reader.resolve) : [value])]) {
      const [from = start, to = start] = node?.range ?? [];
      if (HALF.test(textOf(node) ?? "")) refuse(from, to, `${name} ${HALF_A_CHARACTER}`);
    }
  }
  const id = given.get("id") ?? idUnlessGiven;
  const withDefaults = {
    ...(id !== undefined && { id }),
    ...(idUnlessGiven && { name: id }),
    ...Object.fromEntries(given),
  };
  const checked = createRuleRequest.safeParse(withDefaults);
  for (const issue of checked.error?.issues ?? []) {
    if (issue.code === "unrecognized_keys") {
      for (const name of issue.keys) {
        const [from = start, to = start] = places.get(name)?.key.range ?? [];
        refuse(from, to, `unknown field ${name}; known: ${FIELDS.join(", ")}`, didYouMean(name, FIELDS));
      }
      continue;
    }
    const path = issue.path[0] === "annotations" ? issue.path.slice(0, 2) : issue.path.slice(0, 1);
    const field = path.join(".");
    const at = places.get(field);
    if (at === undefined) {
      refuse(start, start, `a rule needs ${field}`);
      continue;
    }
    if (at.broken) {
      sound = false;
      continue;
    }
    const [from = start, to = start] = (issue.code === "invalid_key" ? at.key : at.value).range ?? [];
    refuse(from, to, `${field}: ${sayWhatIsWrong(issue, at.value)}`, hintFor(issue, field, at.value));
  }
  return sound && checked.success ? checked.data : undefined;
}

/** Text as it is written: `name: 3.10` is a name of four characters. */
function textValue(node: Node): unknown {
  return textOf(node) ?? plainValue(node);
}

/** A scalar's value; of anything else only its kind matters, which no field takes. */
function plainValue(node: Node): unknown {
  if (isScalar(node)) return node.value;
  return isSeq(node) ? [] : {};
}

/** What an annotation says: text, or a list of texts. */
function labelValue(node: Node, reader: FieldReader, json: boolean, refuse: Report): unknown {
  const textual = (one: Node): unknown => {
    if (json && isScalar(one) && typeof one.value === "number") refuseLossy(one.value, one, refuse);
    return textValue(one);
  };
  if (!isSeq(node)) return textual(node);
  return node.items.map((item) => {
    const one = reader.resolve(item);
    // An alias of nothing is reported already, and is no second fault.
    return one === undefined ? "" : textual(one);
  });
}

/** JSON keeps numbers, not their text: one whose digits would change on the way is refused. */
function refuseLossy(value: number, { source = "", range }: Node & { source?: string }, refuse: Report): void {
  if (String(value) === source) return;
  const [from = 0, to = 0] = range ?? [];
  refuse(from, to, `the number ${source} would become ${value}`, `write it as text: "${source}"`);
}

type Issue = NonNullable<ReturnType<typeof createRuleRequest.safeParse>["error"]>["issues"][number];

/** The schema's message where it is one of ours; else what was expected and what was found. */
function sayWhatIsWrong(issue: Issue, at: Node): string {
  const found = isScalar(at) && at.value === null ? "nothing" : describe(plainValue(at));
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected === "record" ? "a map" : `a ${issue.expected}`}, found ${found}`;
    case "invalid_value":
      return `expected one of ${issue.values.join(", ")}, found ${found}`;
    case "too_big":
      return `expected at most ${issue.maximum} characters`;
    case "too_small":
      return "expected some text";
    default:
      return issue.message;
  }
}

function hintFor(issue: Issue, field: string, at: Node): string | undefined {
  if (issue.code === "invalid_value") return didYouMean(textOf(at) ?? "", issue.values.map(String));
  if (!isScalar(at) || at.value !== null) return undefined;
  const takesAnyText = field === "name" || field === "description" || field.startsWith("annotations.");
  if (at.source && takesAnyText) return `for the text, write it in quotes: "${at.source}"`;
  if (field === "name" || field === "dsl") return undefined;
  return takesAnyText ? `leave ${field} out, or write ""` : `leave ${field} out`;
}

function didYouMean(word: string, known: readonly string[]): string | undefined {
  const guess = nearest(word, known);
  return guess === undefined ? undefined : `did you mean ${guess}?`;
}

function describe(value: unknown): string {
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "a map";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
