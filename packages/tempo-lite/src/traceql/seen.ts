import type { Scalar } from "../store/model.js";
import type { Field } from "./ast.js";
import { comparing } from "./compare.js";
import type { Condition } from "./conditions.js";

/**
 * Attributes with a typed column of their own in Tempo's blocks (vParquet4). A value of that type lives there, any other
 * one with the rest of the attributes.
 */
const OWN_COLUMN: Readonly<Record<string, "string" | "bigint">> = {
  "span http.status_code": "bigint",
  "span http.method": "string",
  "span http.url": "string",
  "resource service.name": "string",
  "resource cluster": "string",
  "resource namespace": "string",
  "resource pod": "string",
  "resource container": "string",
  "resource k8s.cluster.name": "string",
  "resource k8s.namespace.name": "string",
  "resource k8s.pod.name": "string",
  "resource k8s.container.name": "string",
};

type Test = (value: Scalar) => boolean;
const always: Test = () => true;
const never: Test = () => false;

/** The type of the column that a field has for itself; undefined for one that shares the common columns. */
export function ownColumnType(field: Field): "string" | "bigint" | undefined {
  return field.kind === "attribute" ? OWN_COLUMN[`${field.scope} ${field.key}`] : undefined;
}

/** Whether Tempo reads a value of a field: one that stands alone, and one that is an element of an array. */
export interface Visible {
  readonly alone: Test;
  readonly element: Test;
}

/**
 * Tempo reads a value only when some condition of the query accepts it by its stored type, and then compares across
 * numeric types. So `span.a > 1` alone does not see the double 2.5, `span.a > 1 || span.a > 1.0` does. Attributes without
 * a column of their own share their conditions: `span.a > 1 || span.b > 1.0` sees the double 2.5 in `a` too.
 */
export class Seen {
  readonly #tests = new Map<string, Test[]>();
  /** Fields that some condition looks for in the common columns. */
  readonly #common = new Set<string>();
  readonly #wanted = new Set<string>();

  constructor(conditions: readonly Condition[]) {
    for (const { field, comparison, any } of conditions) {
      const type = comparison === undefined ? undefined : typeof comparison.literal.value;
      const column = columnOf(field, type);
      if (column.startsWith("*")) this.#common.add(field.text);
      if (any === true) this.#wanted.add(field.text);
      const tests = this.#tests.get(column) ?? [];
      this.#tests.set(column, tests);
      if (comparison === undefined) {
        tests.push(always);
        continue;
      }
      const test = comparing(comparison.operator, comparison.literal);
      tests.push(field.kind === "intrinsic" ? test : (value) => typeof value === type && test(value));
    }
  }

  of(field: Field): Visible {
    const inOwn = anyOf(this.#tests.get(`= ${field.text}`) ?? []);
    if (field.kind === "intrinsic") return { alone: inOwn, element: inOwn };
    const own = ownColumnType(field);
    const inCommon = this.#common.has(field.text) ? anyOf(this.#tests.get(`* ${field.scope}`) ?? []) : never;
    return { alone: (value) => (typeof value === own ? inOwn(value) : inCommon(value)), element: inCommon };
  }

  /** Whether the field is read whatever it holds: then an empty column of its own comes back as the text "nil". */
  wants(field: Field): boolean {
    return this.#wanted.has(field.text);
  }
}

/** A wish for any value of a field with its own column looks into that column only. */
function columnOf(field: Field, type: string | undefined): string {
  const own = ownColumnType(field);
  const inOwn = field.kind === "intrinsic" || (own !== undefined && (type === undefined || type === own));
  return inOwn ? `= ${field.text}` : `* ${field.kind === "attribute" ? field.scope : ""}`;
}

function anyOf(tests: readonly Test[]): Test {
  const [only] = tests;
  if (only === undefined) return never;
  if (tests.length === 1) return only;
  return (value) => tests.some((test) => test(value));
}
