import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AttributeScalar, AttributeValue, Span, SpanKind, SpanStatus, Trace } from "@betrace/contracts";

/** A text as the data files write it: as it is, line by line, or by a recipe where it would be long. */
export type TextForm =
  | string
  | readonly TextForm[]
  | { readonly repeat: readonly [TextForm, number] }
  | { readonly concat: readonly TextForm[] };

/** A value of an attribute as the data files write it; `missing` only in a matrix. */
export type ValueForm =
  | string
  | number
  | boolean
  | { readonly int: string }
  | { readonly null: true }
  | { readonly missing: true }
  | TextForm
  | readonly ValueForm[];

type TimeForm = number | string;

/** `[id, parent, service, name, start, duration, attributes?, more?]` */
export type SpanForm = readonly [
  string,
  string,
  string | null,
  string,
  TimeForm,
  TimeForm,
  Readonly<Record<string, ValueForm>>?,
  {
    readonly kind?: SpanKind;
    readonly status?: SpanStatus;
    readonly message?: string;
    readonly resource?: Readonly<Record<string, ValueForm>>;
  }?,
];

/** What a verdict must say; parts that are not given may be anything. */
export type VerdictForm =
  | "violation"
  | "no violation"
  | {
      readonly clause: string;
      readonly offending?: string;
      readonly witnesses?: readonly string[];
      readonly count?: number;
    };

/** What an error must say; parts that are not given may be anything. `hint` is a part of the hint. */
export interface ErrorForm {
  readonly code: string;
  readonly line?: number;
  readonly column?: number;
  readonly length?: number;
  readonly text?: string;
  readonly hint?: string;
}

/** Cases about one thing. */
export interface Group {
  readonly about: string;
  readonly cases?: readonly Case[];
  readonly matrix?: {
    readonly values: Readonly<Record<string, ValueForm>>;
    readonly rows: readonly { readonly predicate: string; readonly holds: readonly string[] }[];
  };
  readonly attacks?: readonly { readonly name: string; readonly text: TextForm; readonly codes: readonly string[] }[];
  readonly accepted?: readonly { readonly name: string; readonly text: TextForm }[];
}

/** One rule, and what is said of a trace, of its annotations or of its text. */
export type Case =
  | {
      readonly name: string;
      readonly rule: TextForm;
      readonly trace: readonly SpanForm[];
      readonly verdict: VerdictForm;
    }
  | { readonly name: string; readonly rule: TextForm; readonly annotations: readonly [string, readonly string[]][] }
  | {
      readonly name: string;
      readonly text: TextForm;
      readonly errors: readonly ErrorForm[];
      readonly echo?: readonly string[];
    };

/** Every group of the data folder with its file's name. */
export function readGroups(): readonly { readonly file: string; readonly groups: readonly Group[] }[] {
  const folder = new URL("../../conformance/", import.meta.url);
  return readdirSync(fileURLToPath(folder))
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({ file, groups: JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Group[] }));
}

/** The text that the form describes. */
export function buildText(form: TextForm): string {
  if (typeof form === "string") return form;
  if (isLines(form)) return form.map(buildText).join("\n");
  if ("repeat" in form) return buildText(form.repeat[0]).repeat(form.repeat[1]);
  return form.concat.map(buildText).join("");
}

function isLines(form: TextForm): form is readonly TextForm[] {
  return Array.isArray(form);
}

/** The trace that the forms describe, complete. */
export function buildTrace(forms: readonly SpanForm[]): Trace {
  return { traceId: "0".repeat(31).concat("1"), spans: forms.map(buildSpan), complete: true };
}

/** The id of a span as the trace has it. */
export function buildId(id: string): string {
  return id.padStart(16, "0");
}

function buildSpan([id, parent, service, name, start, duration, attributes = {}, more = {}]: SpanForm): Span {
  const resource = buildAttributes(more.resource ?? {});
  if (service !== null) resource.set("service.name", service);
  return {
    spanId: buildId(id),
    parentSpanId: parent === "" ? "" : buildId(parent),
    name,
    service: service ?? undefined,
    kind: more.kind ?? "internal",
    status: more.status ?? "unset",
    statusMessage: more.message ?? "",
    startNs: buildTime(start),
    durationNs: buildTime(duration),
    attributes: buildAttributes(attributes),
    resource,
  };
}

/** Milliseconds, or nanoseconds as `"123ns"`. */
function buildTime(time: TimeForm): bigint {
  return typeof time === "number" ? BigInt(time) * 1_000_000n : BigInt(time.slice(0, -"ns".length));
}

/** Attributes, without those that are `missing`. */
export function buildAttributes(forms: Readonly<Record<string, ValueForm>>): Map<string, AttributeValue> {
  const built = new Map<string, AttributeValue>();
  for (const [key, form] of Object.entries(forms)) {
    if (typeof form === "object" && "missing" in form) continue;
    built.set(key, Array.isArray(form) ? form.map(buildScalar) : buildScalar(form));
  }
  return built;
}

function buildScalar(form: ValueForm): AttributeScalar {
  if (typeof form !== "object") return form;
  if ("int" in form) {
    const value = BigInt(form.int);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  return "null" in form ? null : buildText(form as TextForm);
}
