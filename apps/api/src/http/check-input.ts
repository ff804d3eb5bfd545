import { nearest, type ProblemItem } from "@betrace/contracts";
import type { z } from "zod";
import { invalidRequest, MAX_NAMED } from "./invalid-request.js";

/**
 * The value as its schema reads it.
 * @param elsewhere What the same call reads from the other place: a field of it is sent back there.
 * @throws ProblemError `invalid_request` with every field that cannot be used; an unknown one names the known ones.
 */
export function checkInput<S extends z.ZodObject>(
  schema: S,
  value: unknown,
  where: "body" | "query",
  elsewhere?: z.ZodObject,
): z.output<S> {
  const result = schema.safeParse(value, { error: sayWhatIsWrong, reportInput: true });
  if (result.success) return result.data;
  const known = { here: Object.keys(schema.shape), elsewhere: Object.keys(elsewhere?.shape ?? {}) };
  const items = result.error.issues.flatMap((issue) => toItems(issue, known, where));
  const unnamed = result.error.issues.reduce((sum, issue) => sum + unknownKeysOf(issue).slice(MAX_NAMED).length, 0);
  throw invalidRequest(items, items.length + unnamed);
}

const unknownKeysOf = (issue: z.core.$ZodIssue): readonly string[] =>
  issue.code === "unrecognized_keys" ? issue.keys : [];

interface Known {
  readonly here: readonly string[];
  readonly elsewhere: readonly string[];
}

function toItems(issue: z.core.$ZodIssue, known: Known, where: "body" | "query"): ProblemItem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, MAX_NAMED).map((key) => unknownItem(key, issue.path, known, where));
  }
  const path = issue.path.map(String).join(".");
  const code = issue.code === "custom" ? "invalid_value" : issue.code;
  const guess = guessOf(issue);
  return [
    {
      ...(path !== "" && { path }),
      code,
      message: issue.message,
      ...(guess !== undefined && { hint: `did you mean "${guess}"?` }),
    },
  ];
}

function unknownItem(key: string, within: readonly PropertyKey[], known: Known, where: "body" | "query"): ProblemItem {
  const thing = where === "body" ? "field" : "query parameter";
  const there = known.here.length === 0 ? "this call takes none" : `known: ${known.here.join(", ")}`;
  const guess = nearest(key, known.here);
  const hint = known.elsewhere.includes(key)
    ? `give it in the ${where === "body" ? "address, as a query parameter" : "body, as a field"}`
    : guess !== undefined && `did you mean "${guess}"?`;
  return {
    path: [...within, key].map(String).join(".").slice(0, 100),
    code: "unknown_field",
    message: `unknown ${thing}; ${there}`,
    ...(hint !== false && { hint }),
  };
}

/** Which of the words that could have stood there was probably meant. */
function guessOf(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code !== "invalid_value" || typeof issue.input !== "string") return undefined;
  return nearest(issue.input, issue.values.map(String));
}

/** Zod's messages say `Invalid input`; ours say what was expected and what was found. */
function sayWhatIsWrong(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return `missing; expected ${withArticle(issue.expected)}`;
      return `expected ${withArticle(issue.expected)}, found ${describe(issue.input)}`;
    case "invalid_value":
      return `expected one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}, found ${describe(issue.input)}`;
    case "too_small":
      return `expected ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum} ${unitOf(issue.origin)}`.trimEnd();
    case "too_big":
      return `expected ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum} ${unitOf(issue.origin)}`.trimEnd();
    default:
      return undefined;
  }
}

function unitOf(origin: string): string {
  if (origin === "string") return "characters";
  return origin === "array" || origin === "set" ? "items" : "";
}

/** Zod's names of types that are not ours. */
const WORDS: Readonly<Record<string, string>> = { record: "object", int: "whole number" };

function withArticle(type: string): string {
  const word = WORDS[type] ?? type;
  return /^[aeio]/.test(word) ? `an ${word}` : `a ${word}`;
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
