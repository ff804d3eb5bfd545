import type { Field, IntrinsicName } from "./ast.js";
import type { Token } from "./tokens.js";

const INTRINSICS: Readonly<Record<string, IntrinsicName>> = {
  name: "name",
  "span:name": "name",
  duration: "duration",
  "span:duration": "duration",
  status: "status",
  "span:status": "status",
  statusMessage: "statusMessage",
  "span:statusMessage": "statusMessage",
  kind: "kind",
  "span:kind": "kind",
  "span:id": "span:id",
  "span:parentID": "span:parentID",
  "trace:id": "trace:id",
  rootName: "rootName",
  "trace:rootName": "rootName",
  rootServiceName: "rootServiceName",
  "trace:rootService": "rootServiceName",
  traceDuration: "traceDuration",
  "trace:duration": "traceDuration",
  nestedSetParent: "nestedSetParent",
};

/** The field a token names, or the reason why it names none here. */
export function fieldOf(token: Token): Field | string {
  if (token.kind === "attribute") {
    const { scope, key } = token;
    if (scope === "span" || scope === "resource") return { kind: "attribute", scope, key, text: `${scope}.${key}` };
    if (scope === "") return `unscoped .${key} is not supported: write span.${key} or resource.${key}`;
    return `the scope ${scope}. is not supported`;
  }
  const name = Object.hasOwn(INTRINSICS, token.text) ? INTRINSICS[token.text] : undefined;
  if (name !== undefined) return { kind: "intrinsic", name, text: name };
  return token.text.includes(":") || token.text.startsWith("nestedSet") || token.text === "parent"
    ? `the intrinsic ${token.text} is not supported`
    : `unknown identifier: ${token.text}`;
}
