import { RE2JS } from "re2js";
import type { Comparison, Field, IntrinsicName, Literal } from "./ast.js";
import { ownColumnType } from "./seen.js";
import { TraceqlError } from "./traceql-error.js";

type FieldType = Literal["type"] | "attribute";
const TYPES: Readonly<Record<IntrinsicName, FieldType>> = {
  name: "string",
  duration: "duration",
  status: "status",
  kind: "kind",
  statusMessage: "string",
  "span:id": "string",
  "span:parentID": "string",
  "trace:id": "string",
  rootName: "string",
  rootServiceName: "string",
  traceDuration: "duration",
  nestedSetParent: "int",
};
const ORDERED: ReadonlySet<FieldType> = new Set(["int", "float", "duration", "string"]);
const NUMERIC: ReadonlySet<FieldType> = new Set(["int", "float", "duration"]);
const HEX = /^[0-9a-fA-F]*$/;

/** The type a field has before any span is looked at; an attribute's is found out on each span. */
export function typeOf(field: Field): FieldType {
  return field.kind === "intrinsic" ? TYPES[field.name] : "attribute";
}

/** Refuses what Tempo refuses, in its words, and what Tempo answers with nothing or with an inner error. */
export function checkComparison(field: Field, operator: Comparison, literal: Literal): void {
  const shown = `${field.text} ${operator} ${literal.text}`;
  checkTypes(typeOf(field), operator, literal.type, shown);
  if (operator === "=~" || operator === "!~") compiles(literal);
  if (field.kind === "attribute" && ["duration", "status", "kind"].includes(literal.type)) {
    throw new TraceqlError(`an attribute is never a ${literal.type}, so Tempo finds nothing: ${shown}`);
  }
  if (field.kind === "intrinsic") checkIntrinsic(field.name, operator, literal, shown);
}

/** As {@link checkComparison}, for two fields of the same span. */
export function checkFieldComparison(left: Field, operator: Comparison, right: Field): void {
  const shown = `${left.text} ${operator} ${right.text}`;
  checkTypes(typeOf(left), operator, typeOf(right), shown);
  if (operator === "=~" || operator === "!~") {
    throw new TraceqlError(`a regular expression must be a literal, found ${shown}`);
  }
  for (const field of [left, right]) {
    if (ownColumnType(field) === undefined || field.text === "resource.service.name") continue;
    throw new TraceqlError(
      `${field.text} in a comparison of two fields is not supported: Tempo takes it for the text "nil" where it is missing: ${shown}`,
    );
  }
}

/** `= nil` is an error of its own for intrinsics. */
export function checkExists(field: Field, operator: Comparison): void {
  if (operator !== "=") throw new TraceqlError(`illegal operation for the given types: ${field.text} ${operator} nil`);
  if (field.kind === "intrinsic") {
    throw new TraceqlError(`${field.text}=nil is not valid because intrinsics cannot be nil`);
  }
}

function checkTypes(left: FieldType, operator: Comparison, right: FieldType, shown: string): void {
  const agree =
    left === "attribute" || right === "attribute" || left === right || (NUMERIC.has(left) && NUMERIC.has(right));
  if (!agree) throw new TraceqlError(`binary operations must operate on the same type: ${shown}`);
  for (const type of [left, right]) {
    if (type === "attribute" || operator === "=" || operator === "!=") continue;
    const legal = operator === "=~" || operator === "!~" ? type === "string" : ORDERED.has(type);
    if (!legal) throw new TraceqlError(`illegal operation for the given types: ${shown}`);
  }
}

function compiles(literal: Literal): void {
  try {
    RE2JS.compile(String(literal.value), RE2JS.DOTALL);
  } catch {
    throw new TraceqlError(`invalid regex: ${literal.text}`);
  }
}

function checkIntrinsic(name: IntrinsicName, operator: Comparison, literal: Literal, shown: string): void {
  if (name === "nestedSetParent") {
    const root = (operator === "<" && literal.value === 0n) || (operator === "=" && literal.value === -1n);
    if (!root)
      throw new TraceqlError(`of nestedSetParent only < 0 and = -1 are supported (a root span), found ${shown}`);
  }
  if (name !== "trace:id" && name !== "span:id" && name !== "span:parentID") return;
  const text = String(literal.value);
  if (["<", "<=", ">", ">="].includes(operator)) throw new TraceqlError(`an order on ids is not supported: ${shown}`);
  if ((operator === "=~" || operator === "!~") && HEX.test(text)) {
    throw new TraceqlError(
      `operator not supported for IDs: ${operator} with plain hex digits (Tempo answers 500); use = instead: ${shown}`,
    );
  }
  if (name === "trace:id" && (operator === "=~" || operator === "!~") && text.startsWith("0")) {
    throw new TraceqlError(`write trace ids without leading zeros: Tempo cuts them off the whole expression: ${shown}`);
  }
  if (name === "span:parentID" && /^0{16}$/.test(text)) return;
  if (name !== "trace:id" && (operator === "=" || operator === "!=") && text.startsWith("0")) {
    throw new TraceqlError(`Tempo does not find a span id with leading zeros by ${operator}: ${shown}`);
  }
}
