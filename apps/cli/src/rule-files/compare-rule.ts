import { type CreateRuleRequest, mergeAnnotations, RULE_DEFAULTS, type RuleAnswer } from "@betrace/contracts";
import type { FileRule } from "./read-rule-file.js";

/** A rule with every field: what a file leaves out has its default. */
export type WholeRule = { readonly [K in keyof CreateRuleRequest]-?: NonNullable<CreateRuleRequest[K]> };

/** A field that differs. Undefined: it is not there. */
export interface FieldChange {
  /** E.g. `severity` or `annotations.owner`. */
  readonly field: string;
  readonly before: string | boolean | undefined;
  readonly after: string | boolean | undefined;
}

/** What a file wants its rule to be on the server. */
export function wholeRule({ rule }: FileRule): WholeRule {
  const { description, severity, enabled, annotations } = RULE_DEFAULTS;
  return {
    ...rule,
    description: rule.description ?? description,
    severity: rule.severity ?? severity,
    enabled: rule.enabled ?? enabled,
    annotations: rule.annotations ?? annotations,
  };
}

/** What differs between a rule on the server and the one in a file, field by field; empty where nothing does. */
export function changesOf(before: RuleAnswer, file: FileRule): readonly FieldChange[] {
  const after = wholeRule(file);
  const fields = (["name", "description", "dsl", "severity", "enabled"] as const).map((field) => ({
    field,
    before: before[field],
    after: after[field],
  }));
  // The server shows a rule's annotations with the marks that stand in its text, so that is what is compared.
  const labels = mergeAnnotations(after.annotations, file.compiled.annotations);
  const keys = [...new Set([...Object.keys(before.annotations), ...Object.keys(labels)])].sort();
  const annotations = keys.map((key) => ({
    field: `annotations.${key}`,
    before: before.annotations[key],
    after: labels[key],
  }));
  return [...fields, ...annotations].filter((change) => change.before !== change.after);
}

/** A change as lines for a person: `severity: "high" -> "low"`, or for a longer text the lines that go and those that come. */
export function showChange({ field, before, after }: FieldChange): readonly string[] {
  if (!isLong(before) && !isLong(after)) return [`${field}: ${shown(before)} -> ${shown(after)}`];
  const [old, now] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return [
    `${field}:`,
    ...old.slice(0, head).map((line) => `    ${line}`),
    ...old.slice(head, old.length - tail).map((line) => `  - ${line}`),
    ...now.slice(head, now.length - tail).map((line) => `  + ${line}`),
    ...old.slice(old.length - tail, old.at(-1) === "" && tail > 0 ? -1 : undefined).map((line) => `    ${line}`),
  ];
}

const isLong = (value: FieldChange["before"]): boolean =>
  typeof value === "string" && (value.length > 60 || value.includes("\n"));

const shown = (value: FieldChange["before"]): string => (value === undefined ? "none" : JSON.stringify(value));

/** What a terminal would not show, a carriage return say, is escaped. */
function linesOf(value: FieldChange["before"]): readonly string[] {
  if (value === undefined) return [];
  return String(value)
    .split("\n")
    .map((line) => line.replace(CONTROL, (character) => JSON.stringify(character).slice(1, -1)));
}

/** All control characters but the tab. */
const CONTROL = /(?!\t)\p{Cc}/gu;
