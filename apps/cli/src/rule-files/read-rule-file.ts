import { basename, extname } from "node:path";
import { type CreateRuleRequest, createRuleRequest, nearest } from "@betrace/contracts";
import { type CompiledRule, compileRule, parseRule } from "@betrace/dsl";
import { isMap, isScalar, isSeq, type Node, type ParsedNode, parseAllDocuments, Scalar, type YAMLMap } from "yaml";
import { alignScalar, type ScalarStyle } from "./align-scalar.js";
import { offsetOf, placeOf, type RuleProblem } from "./rule-problem.js";

/** A rule as a file holds it, ready to be sent or run. */
export interface FileRule {
  readonly file: string;
  /** As the API takes it; an id that the file does not give comes from the file's name where the file holds one rule. */
  readonly rule: CreateRuleRequest & { readonly id: string };
  readonly compiled: CompiledRule;
}

export interface RuleFile {
  readonly rules: readonly FileRule[];
  /** In order of the text. A file with problems gives the rules that have none. */
  readonly problems: readonly RuleProblem[];
}

/**
 * Reads rules: YAML (`.yaml`, `.yml`, `.json`) with the fields of the API, several rules as documents or as a list; anything else is the
 * text of one rule.
 */
export function readRuleFile(file: string, text: string): RuleFile {
  const isYaml = /^\.(?:ya?ml|json)$/i.test(extname(file));
  const { rules, problems } = isYaml ? readYaml(file, text) : readPlain(file, text);
  return { rules, problems: [...problems].sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** An id from a file's name: what ids may not hold becomes a dash. */
function idOfFile(file: string): string {
  const name = basename(file, extname(file)).replace(/[^A-Za-z0-9._-]+/g, "-");
  return name.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "").slice(0, 128) || "rule";
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
  return { rules: [{ file, rule: { id, name: id, dsl: text }, compiled: compileRule(parsed.rule) }], problems: [] };
}

function readYaml(file: string, text: string): RuleFile {
  const problems: RuleProblem[] = [];
  const report = (offset: number, end: number, message: string, hint?: string): void => {
    problems.push({ file, ...placeOf(text, offset), length: Math.max(0, end - offset), message, hint });
  };
  const documents = parseAllDocuments<ParsedNode>(text, { uniqueKeys: true, prettyErrors: false });
  const nodes: Node[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    for (const { pos, message } of document.errors) report(pos[0], pos[1], message);
    const { contents } = document;
    if (document.errors.length > 0 || contents === null) continue;
    if (isSeq(contents)) nodes.push(...(contents.items as Node[]));
    else nodes.push(contents);
  }
  if (nodes.length === 0 && problems.length === 0) report(0, 0, "expected a rule, found nothing");
  const rules = nodes.flatMap((node) => {
    const found = readNode(file, text, node, nodes.length === 1 ? idOfFile(file) : undefined, report);
    return found === undefined ? [] : [found];
  });
  return { rules, problems };
}

type Issue = NonNullable<ReturnType<typeof createRuleRequest.safeParse>["error"]>["issues"][number];
type Report = (offset: number, end: number, message: string, hint?: string) => void;

function readNode(
  file: string,
  text: string,
  node: Node,
  idUnlessGiven: string | undefined,
  report: Report,
): FileRule | undefined {
  const [start = 0, end = 0] = node.range ?? [];
  if (!isMap(node)) {
    report(start, end, "expected a rule: a map with at least name and dsl");
    return undefined;
  }
  const given = node.toJSON() as Record<string, unknown>;
  const withDefaults = { ...(idUnlessGiven && { id: idUnlessGiven, name: given.id ?? idUnlessGiven }), ...given };
  const checked = createRuleRequest.safeParse(withDefaults);
  for (const issue of checked.error?.issues ?? []) {
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) {
        const [from, to] = keyRange(node, key);
        report(from, to, `unknown field ${key}; known: ${Object.keys(createRuleRequest.shape).join(", ")}`);
      }
      continue;
    }
    const at = node.getIn(issue.path, true) as Node | undefined;
    const field = issue.path.join(".");
    if (at?.range) {
      report(at.range[0], at.range[1], `${field}: ${sayWhatIsWrong(issue, at.toJSON())}`, guessOf(issue, at.toJSON()));
    } else report(start, start, `a rule needs ${field}`);
  }
  const compiled = compileScalar(text, node.get("dsl", true), report);
  if (!checked.success || compiled === undefined) return undefined;
  const { id } = checked.data;
  if (id === undefined) {
    report(start, start, "a rule needs an id where its file holds several");
    return undefined;
  }
  return { file, rule: { ...checked.data, id }, compiled };
}

function sayWhatIsWrong(issue: Issue, found: unknown): string {
  if (issue.code !== "invalid_value") return issue.message;
  return `expected one of ${issue.values.join(", ")}, found ${JSON.stringify(found)?.slice(0, 60)}`;
}

function guessOf(issue: Issue, found: unknown): string | undefined {
  if (issue.code !== "invalid_value" || typeof found !== "string") return undefined;
  const guess = nearest(found, issue.values.map(String));
  return guess === undefined ? undefined : `did you mean ${guess}?`;
}

function keyRange(map: YAMLMap, key: string): readonly [number, number] {
  const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  const range = (pair?.key as Scalar | undefined)?.range ?? map.range;
  return [range?.[0] ?? 0, pair === undefined ? (range?.[0] ?? 0) : (range?.[1] ?? 0)];
}

/** Compiles a rule's text where it stands, with errors at their place in the YAML. */
function compileScalar(source: string, node: unknown, report: Report): CompiledRule | undefined {
  if (!isScalar(node) || typeof node.value !== "string") return undefined;
  const value = node.value;
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
