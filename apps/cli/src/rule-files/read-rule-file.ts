import { basename, extname } from "node:path";
import { type CreateRuleRequest, MAX_REQUEST_BYTES } from "@betrace/contracts";
import { type CompiledRule, compileRule, parseRule } from "@betrace/dsl";
import { isMap, isScalar, isSeq, type Node, type ParsedNode, parseAllDocuments, Scalar } from "yaml";
import { alignScalar, type ScalarStyle } from "./align-scalar.js";
import { readFields, type RuleFields } from "./read-fields.js";
import { offsetOf, placeOf, type RuleProblem } from "./rule-problem.js";
import { createFieldReader, type Report, textOf } from "./yaml-fields.js";

/** A rule as a file holds it, ready to be sent or run. */
export interface FileRule {
  readonly file: string;
  /** Where its id stands, or the rule itself; 1-based. */
  readonly line: number;
  readonly column: number;
  /** As the API takes it; an id that the file does not give comes from the file's name where the file holds one rule. */
  readonly rule: CreateRuleRequest & { readonly id: string };
  readonly compiled: CompiledRule;
}

export interface RuleFile {
  readonly rules: readonly FileRule[];
  /** In order of the text. A file with problems gives the rules that have none. */
  readonly problems: readonly RuleProblem[];
}

/** The name under which what comes through stdin is read and shown. */
export const STDIN = "stdin";

/**
 * Reads rules: YAML (`.yaml`, `.yml`, `.json`) with the fields of the API, several rules as documents or as a list; anything else is the
 * text of one rule. Of {@link STDIN} and other pipes, whose names say nothing, the text itself tells which it is.
 */
export function readRuleFile(file: string, text: string): RuleFile {
  const isPipe = file === STDIN || /^\/(?:dev|proc)\//.test(file);
  const isYaml = isPipe ? LOOKS_LIKE_YAML.test(text) : /^\.(?:ya?ml|json)$/i.test(extname(file));
  const { rules, problems } = isYaml ? readYaml(file, text) : readPlain(file, text);
  return { rules, problems: [...problems].sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** Begins as a collection or a document does, or has a line with a field of a rule, which no rule's own text has. */
const LOOKS_LIKE_YAML =
  /^\s*(?:[{[]|---|%YAML)|^[-\s]*["']?(?:id|name|description|dsl|severity|enabled|annotations|<<)["']?\s*:/m;

/** An id from a file's name: what ids may not hold becomes a dash. */
function idOfFile(file: string): string {
  const name = basename(file, extname(file)).replace(/[^A-Za-z0-9._-]+/g, "-");
  return name.slice(0, 128).replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "") || "rule";
}

function readPlain(file: string, text: string): RuleFile {
  const parsed = parseRule(text);
  if (!parsed.ok) {
    const problems = parsed.errors.map(({ line, column, length, message, hint }) => {
      return { file, line, column, length, message, hint };
    });
    return { rules: [], problems };
  }
  const id = idOfFile(file);
  const rule = { id, name: id, dsl: text };
  return { rules: [{ file, line: 1, column: 1, rule, compiled: compileRule(parsed.rule) }], problems: [] };
}

function readYaml(file: string, text: string): RuleFile {
  const problems: RuleProblem[] = [];
  const reported = new Set<string>();
  let faults = 0;
  const report: Report = (offset, end, message, hint) => {
    faults++;
    const key = `${offset} ${message}`;
    // What several rules merge is wrong once.
    if (reported.has(key)) return;
    reported.add(key);
    problems.push({ file, ...placeOf(text, offset), length: Math.max(0, end - offset), message, hint });
  };
  // Keys are told apart by their text, below: to the parser 3.10 and 3.1 are one.
  const parsed = parseAllDocuments<ParsedNode>(text, { uniqueKeys: false, prettyErrors: false });
  const documents = Array.isArray(parsed) ? parsed : [];
  const nodes = documents.flatMap((document) => {
    for (const { pos, message } of [...document.errors, ...document.warnings]) report(pos[0], pos[1], message);
    if (document.errors.length > 0) return [];
    const reader = createFieldReader(document, report);
    const { contents } = document;
    if (isNothing(contents)) return [];
    const items: Node[] = isSeq(contents) ? (contents.items as Node[]) : [contents];
    return items.map((node) => ({ node, reader }));
  });
  if (nodes.length === 0 && problems.length === 0) {
    const only = text.trim() === "" ? "nothing" : "only comments and empty documents";
    report(0, 0, `expected a rule, found ${only}`);
  }
  const how = {
    report,
    json: /\.json$/i.test(file),
    idUnlessGiven: nodes.length === 1 ? idOfFile(file) : undefined,
  };
  const rules = nodes.flatMap(({ node, reader }) => {
    const before = faults;
    const rule = readNode(file, text, node, { ...how, reader });
    return rule === undefined || faults > before ? [] : [rule];
  });
  return { rules, problems };
}

/** A document without anything in it, as a `---` at the end makes one. */
function isNothing(contents: Node | null): contents is null {
  return contents === null || (isScalar(contents) && contents.value === null && !contents.source);
}

function readNode(file: string, text: string, node: Node, how: RuleFields): FileRule | undefined {
  const { reader, report } = how;
  const [start = 0, end = 0] = node.range ?? [];
  const map = reader.resolve(node);
  if (!isMap(map)) {
    if (map !== undefined) report(start, end, "expected a rule: a map with at least name and dsl");
    return undefined;
  }
  const fields = reader.fieldsOf(map);
  const checked = readFields(map, fields, how);
  const compiled = compileScalar(text, fields.get("dsl")?.value, report);
  if (checked === undefined || compiled === undefined) return undefined;
  const { id } = checked;
  if (id === undefined) {
    report(start, start, "a rule needs an id where its file holds several");
    return undefined;
  }
  const bytes = Buffer.byteLength(JSON.stringify(checked));
  if (bytes > MAX_REQUEST_BYTES) {
    const most = MAX_REQUEST_BYTES.toLocaleString("en-US");
    report(start, start, `the rule has ${bytes.toLocaleString("en-US")} bytes as JSON; the API takes ${most}`);
    return undefined;
  }
  const { line, column } = placeOf(text, fields.get("id")?.value.range?.[0] ?? start);
  return { file, line, column, rule: { ...checked, id }, compiled };
}

/** Compiles a rule's text where it stands, with errors at their place in the YAML. */
function compileScalar(source: string, node: Node | undefined, report: Report): CompiledRule | undefined {
  const value = textOf(node);
  if (!isScalar(node) || value === undefined) return undefined;
  const parsed = parseRule(value);
  if (parsed.ok) return compileRule(parsed.rule);
  const style = STYLES[node.type ?? "PLAIN"] ?? "plain";
  const start = node.range?.[0] ?? 0;
  // A block begins with its header (`|`, `>-`, ...); its text begins on the next line.
  const from = style === "block" ? source.indexOf("\n", start) + 1 : start;
  const places = alignScalar(source, from, value, style);
  for (const { line, column, length, message, hint } of parsed.errors) {
    const at = offsetOf(value, line, column);
    const placed = places[Math.min(at, places.length - 1)] ?? start;
    const end = length === 0 ? placed : (places[Math.min(at + length - 1, places.length - 1)] ?? placed) + 1;
    report(placed, end, message, hint);
  }
  return undefined;
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  [Scalar.PLAIN]: "plain",
  [Scalar.QUOTE_SINGLE]: "single",
  [Scalar.QUOTE_DOUBLE]: "double",
  [Scalar.BLOCK_LITERAL]: "block",
  [Scalar.BLOCK_FOLDED]: "block",
};
